import type { ReadonlySignal } from '@preact/signals';
import { messageOf } from '../../api/message-of.js';
import { secondsText } from '../../format/figures.js';
import { quantityText } from '../../charts/quantity.js';
import { placeName } from '../../charts/series.js';
import { timeOfDayText } from '../../charts/time-text.js';
import { Badge, type Tone } from '../../components/badge.js';
import { link } from '../../router/parse-location.js';
import { measurandName } from '../charge-point/measurand-name.js';
import type { Trial } from './try-message.js';

export interface TrialCardProps {
  readonly trial: ReadonlySignal<Trial>;
  readonly isLive: boolean;
}

/** One message on its way: what was said to it, and when it came back. */
export function TrialCard({ trial, isLive }: TrialCardProps) {
  const { chargePointId, sentAt, outcome, answeredMs, readings, drawnMs, error, isOver } = trial.value;
  const [tone, state] = stateOf(trial.value);
  return (
    <article class="trial card" aria-busy={!isOver && drawnMs === undefined}>
      <header>
        <Badge tone={tone}>{state}</Badge>
        <a href={link(['charge-points', chargePointId])}>{chargePointId}</a>
        <time class="faint">{timeOfDayText(sentAt)}</time>
      </header>
      <dl class="trial-times">
        <div>
          <dt>Acknowledged after</dt>
          <dd>{answeredMs === undefined ? (isOver ? '–' : '…') : msText(answeredMs)}</dd>
        </div>
        <div>
          <dt>On the screen after</dt>
          <dd>{drawnMs === undefined ? (isOver ? '–' : '…') : msText(drawnMs)}</dd>
        </div>
      </dl>
      {error === undefined ? null : (
        <p class="trial-fault" role="alert">
          {messageOf(error)}
        </p>
      )}
      {outcome?.status === 'rejected' ? (
        <p class="trial-fault">
          <strong>{outcome.error.code}</strong>: {outcome.error.message}
          {outcome.error.path === '' ? '' : ` (at ${outcome.error.path})`}
        </p>
      ) : null}
      {outcome?.status === 'accepted' && readings.length === 0 ? (
        <p class="soft">
          {!isLive
            ? 'Durable. There is no live connection to see it come back by.'
            : isOver
              ? 'Durable, and nothing came back in ten seconds: the same reading was there already, or its charge point is held.'
              : 'Durable. Waiting for it to come back by the live feed …'}
        </p>
      ) : null}
      {readings.length === 0 ? null : (
        <ul class="trial-readings">
          {readings.map((reading, at) => (
            <li key={at}>
              <span class="soft">
                {measurandName(reading.measurand)}
                {reading.phase === '' ? '' : ` ${reading.phase}`}, {placeName(reading)}
              </span>
              <strong>{quantityText(reading.value, reading.unit)}</strong>
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function stateOf({ outcome, error, isOver }: Trial): readonly [Tone, string] {
  if (error !== undefined) return ['bad', 'not sent'];
  switch (outcome?.status) {
    case 'accepted':
      return ['good', 'accepted'];
    case 'rejected':
      return ['bad', 'rejected'];
    case 'unconfirmed':
      return ['warning', 'unconfirmed'];
    case undefined:
      return isOver ? ['warning', 'unconfirmed'] : ['accent', 'sending'];
  }
}

function msText(ms: number): string {
  const { text, unit } = secondsText(ms / 1_000);
  return `${text} ${unit}`;
}
