import { useState } from 'preact/hooks';
import { timeOfDayText } from '../charts/time-text.js';
import { Button } from '../components/button.js';
import { Dialog } from '../components/dialog.js';
import { Notice } from '../components/notice.js';
import { useNow } from '../live/use-now.js';
import { CredentialForm } from './credential-form.js';
import { sessionState } from './session.js';

/** How long before its end one is told, ms. */
const WINDOW_MS = 300_000;

/** Before a session ends: until when it lasts, and the way to put that off without losing what one is doing. */
export function SessionEnd() {
  const state = sessionState.value;
  const endsAt =
    state.kind === 'signedIn' && state.session.expiresAt !== null
      ? Date.parse(state.session.expiresAt)
      : null;
  const now = useNow(5_000, endsAt !== null);
  const [isOpen, setOpen] = useState(false);
  if (endsAt === null || endsAt - now > WINDOW_MS) return null;
  const close = () => setOpen(false);
  return (
    <>
      <Notice tone="warning" action={<Button onClick={() => setOpen(true)}>Renew</Button>}>
        Your session ends at {timeOfDayText(endsAt)}.
      </Notice>
      {isOpen ? (
        <Dialog title="Renew your session" onClose={close}>
          <CredentialForm action="Renew" onIn={close} />
        </Dialog>
      ) : null}
    </>
  );
}
