import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf } from '../../api/message-of.js';
import { isoMomentText } from '../../charts/time-text.js';
import { Badge } from '../../components/badge.js';
import { Button } from '../../components/button.js';
import { link } from '../../router/parse-location.js';
import { reasonName, type QuarantinedPart } from './quarantined-part.js';
import { RawText } from './raw-text.js';
import { redrive, type RedriveOutcome } from './redrive.js';
import { visibleText } from './visible-text.js';

export interface PartCardProps {
  readonly part: QuarantinedPart;
  /** It is another one since it was sent again. */
  readonly onChange: (part: QuarantinedPart) => void;
}

export function PartCard({ part, onChange }: PartCardProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="part-card card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="part-head">
          <strong>{reasonName(part.reason)}</strong>
          {part.status === 'resolved' ? (
            <Badge tone="good">resolved</Badge>
          ) : (
            <Badge tone="warning">open</Badge>
          )}
          <span class="part-from">{part.chargePointId ?? 'unknown sender'}</span>
          <time class="faint" dateTime={part.receivedAt}>
            {isoMomentText(part.receivedAt)}
          </time>
        </span>
        <span class="part-detail soft">{visibleText(part.detail)}</span>
      </summary>
      {isOpen ? (
        <div class="part-body">
          <Facts part={part} />
          <RawText part={part} />
          <Redrive part={part} onChange={onChange} />
        </div>
      ) : null}
    </details>
  );
}

function Facts({ part }: { readonly part: QuarantinedPart }) {
  const { chargePointId, source } = part;
  return (
    <dl class="part-facts">
      <div>
        <dt>Charge point</dt>
        <dd>
          {chargePointId === null ? (
            '–'
          ) : (
            <a href={link(['charge-points', chargePointId])}>{chargePointId}</a>
          )}
        </dd>
      </div>
      <Fact name="At fault" value={part.path === '' ? 'all of the message' : part.path} />
      <Fact name="Protocol" value={part.protocol ?? '–'} />
      <Fact name="Message id" value={part.messageId ?? '–'} />
      <Fact
        name="In the log"
        value={`${source.topic}, partition ${source.partition}, offset ${source.offset}`}
      />
      {part.redrivenAt === null ? null : (
        <Fact name="Last sent again" value={isoMomentText(part.redrivenAt)} />
      )}
      {part.resolvedAt === null ? null : <Fact name="Resolved" value={isoMomentText(part.resolvedAt)} />}
    </dl>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{visibleText(value)}</dd>
    </div>
  );
}

type Sending =
  | { readonly kind: 'idle' }
  | { readonly kind: 'under-way' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | RedriveOutcome;

function Redrive({ part, onChange }: PartCardProps) {
  const [sending, setSending] = useState<Sending>({ kind: 'idle' });
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const send = () => {
    const request = new AbortController();
    controller.current = request;
    setSending({ kind: 'under-way' });
    redrive(part, request.signal).then(
      (outcome) => {
        if (request.signal.aborted) return;
        setSending(outcome);
        if (outcome.kind !== 'waiting') onChange(outcome.part);
      },
      (error: unknown) => {
        if (!request.signal.aborted) setSending({ kind: 'failed', error });
      },
    );
  };
  return (
    <div class="part-redrive">
      {part.status === 'resolved' ? null : (
        <Button kind="primary" busy={sending.kind === 'under-way'} onClick={send}>
          Re-drive
        </Button>
      )}
      <p role="status" class={sending.kind === 'failed' || sending.kind === 'refused' ? 'bad' : 'soft'}>
        {outcomeText(sending)}
      </p>
    </div>
  );
}

function outcomeText(sending: Sending): string {
  switch (sending.kind) {
    case 'idle':
      return 'Sends it through the message log once more, to be judged by the rules of now.';
    case 'under-way':
      return 'The message log has it; waiting for the worker …';
    case 'resolved':
      return 'Resolved: something good came of it.';
    case 'refused':
      return `Refused again: ${visibleText(sending.part.detail)}`;
    case 'waiting':
      return 'The message log has it, and no worker has settled it yet. Look again later.';
    case 'failed':
      return messageOf(sending.error);
  }
}
