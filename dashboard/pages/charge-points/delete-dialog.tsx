import { useState } from 'preact/hooks';
import type { LiveChargePoint } from '../../../client/live/index.js';
import { messageOf } from '../../api/message-of.js';
import { isoMomentText } from '../../charts/time-text.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Notice } from '../../components/notice.js';
import { showToast } from '../../components/toast.js';
import { retireChargePoint } from './change-requests.js';
import type { RegistryDialogProps } from './registry-dialog.js';
import { restore } from './restore.js';
import { whatNow } from './what-now.js';

export interface DeleteDialogProps extends RegistryDialogProps {
  readonly chargePoint: LiveChargePoint;
}

/** Asks once, deletes only what was seen, and can be undone. */
export function DeleteDialog({ chargePoint, onClose, onChanged }: DeleteDialogProps) {
  const { id } = chargePoint;
  const [seen, setSeen] = useState(chargePoint);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isOther = seen.version !== chargePoint.version;

  const remove = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await retireChargePoint(id, seen.version);
      const status = seen.status === 'retired' ? 'active' : seen.status;
      showToast({
        text: `${id} was deleted.`,
        action: { label: 'Undo', run: () => void restore(id, status, onChanged) },
      });
      onChanged();
      onClose();
    } catch (reason) {
      await fail(reason);
    }
  };

  const fail = async (reason: unknown): Promise<void> => {
    const refused = await whatNow(id, reason);
    if ('current' in refused) setSeen(refused.current);
    else setError(refused.error);
    setBusy(false);
  };

  return (
    <Dialog
      title={`Delete ${id}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" busy={busy} onClick={() => void remove()}>
            {isOther ? 'Delete all the same' : 'Delete'}
          </Button>
        </>
      }
    >
      {error === undefined ? null : <Notice tone="bad">{messageOf(error)}</Notice>}
      {isOther ? (
        <Notice tone="warning">
          Somebody changed it at {isoMomentText(seen.updatedAt)}: it is now{' '}
          {seen.label === '' ? 'without a label' : `“${seen.label}”`},{' '}
          {seen.site === '' ? 'of no site' : `at ${seen.site}`}, {seen.status}.
        </Notice>
      ) : null}
      <p>
        {seen.label === '' ? 'It' : `“${seen.label}”`} leaves the list. Its readings stay, what it still sends
        is stored, and it can be restored.
      </p>
    </Dialog>
  );
}
