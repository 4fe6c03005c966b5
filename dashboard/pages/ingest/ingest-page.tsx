import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { Field } from '../../components/field.js';
import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';
import { addresses, liveClient, liveStatus } from '../../live/live.js';
import { EXAMPLES, exampleText } from './examples.js';
import { parseMessage } from './parse-message.js';
import { TrialCard } from './trial-card.js';
import { tryMessage, type Trial } from './try-message.js';
import { usePusher } from './use-pusher.js';
import { useRefusedAddress } from './use-refused-address.js';
import './ingest.css';

const CHARGE_POINT = 'TEST-1';
/** Trials that are kept in sight. */
const MAX_TRIALS = 10;

/** Sends a message as a device would, and watches it come back. */
export function IngestPage() {
  const known = addresses.value?.ingestUrl ?? null;
  const [typed, setTyped] = useState<string | null>(null);
  const url = (typed ?? known ?? '').trim();
  const [example, setExample] = useState(0);
  const [text, setText] = useState(() => exampleText(EXAMPLES[0], CHARGE_POINT, new Date()));
  const [trials, setTrials] = useState<readonly ReadonlySignal<Trial>[]>([]);
  const closers = useRef<(() => void)[]>([]);
  useEffect(() => () => closers.current.forEach((close) => close()), []);
  const { client, fault } = usePusher(url);
  const refused = useRefusedAddress();
  const isLive = liveStatus.value?.state === 'live';
  const message = parseMessage(text);

  const choose = (at: number) => {
    const chosen = EXAMPLES[at];
    if (chosen === undefined) return;
    setExample(at);
    const chargePointId = message.kind === 'message' ? message.chargePointId : CHARGE_POINT;
    setText(exampleText(chosen, chargePointId, new Date()));
  };
  const send = () => {
    if (message.kind === 'fault' || client === null) return;
    const { chargePointId, payload, timestamps } = message;
    const { trial, close } = tryMessage({
      ...{ id: Date.now(), chargePointId, payload, timestamps },
      ...{ pusher: client, live: isLive ? liveClient.peek() : null },
    });
    closers.current.push(close);
    setTrials((before) => [trial, ...before].slice(0, MAX_TRIALS));
  };
  return (
    <Page
      title="Ingest"
      subtitle="Send a message as a device would, and see it come back by the live feed with the time it took."
    >
      {addresses.value !== null && known === null && typed === null ? (
        <Notice tone="warning">
          The API does not know where the gateway is: set <code>DASHBOARD_INGEST_URL</code> where it runs. An
          address on the host of this page may be entered below, too.
        </Notice>
      ) : null}
      {refused === null ? null : (
        <Notice tone="bad">
          The policy of this page lets it connect to the gateway that the API knows only, and not to {refused}
          .
        </Notice>
      )}
      <div class="ingest">
        <form
          class="ingest-form card"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <Field label="Gateway" hint="Where it is sent to." error={fault}>
            {(control) => (
              <input
                {...control}
                type="url"
                placeholder="ws://127.0.0.1:3000/ingest"
                spellcheck={false}
                value={typed ?? known ?? ''}
                onInput={({ currentTarget }) => setTyped(currentTarget.value)}
              />
            )}
          </Field>
          <Field label="Example">
            {(control) => (
              <select
                {...control}
                value={example}
                onChange={(event) => choose(Number(event.currentTarget.value))}
              >
                {EXAMPLES.map(({ name }, at) => (
                  <option key={name} value={at}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field
            label="Message"
            hint="An OCPP 1.6 MeterValues request and whose it is, as /ingest takes it. Its id is given when it is sent."
            error={message.kind === 'fault' ? message.message : undefined}
          >
            {(control) => (
              <textarea
                {...control}
                class="control mono"
                rows={18}
                spellcheck={false}
                value={text}
                onInput={({ currentTarget }) => setText(currentTarget.value)}
              />
            )}
          </Field>
          <div class="ingest-actions">
            <Button onClick={() => choose(example)}>Begin anew, now</Button>
            <Button kind="primary" type="submit" disabled={client === null || message.kind === 'fault'}>
              Send
            </Button>
          </div>
        </form>
        <section class="ingest-trials" aria-label="Sent" aria-live="polite">
          {trials.length === 0 ? (
            <EmptyState icon="ingest" title="Nothing sent yet">
              What becomes of a message stands here: its acknowledgement, and its readings as they come back.
            </EmptyState>
          ) : (
            trials.map((trial) => <TrialCard key={trial.peek().id} trial={trial} isLive={isLive} />)
          )}
        </section>
      </div>
    </Page>
  );
}
