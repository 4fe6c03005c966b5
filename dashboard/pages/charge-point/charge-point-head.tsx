import { Badge, type Tone } from '../../components/badge.js';
import type { LiveChargePoint } from '../../../protocol/live/change.js';
import { agoText, momentText } from '../../charts/time-text.js';
import type { Connection } from './answers.js';
import './charge-point.css';

const STATUS_TONES: Readonly<Record<LiveChargePoint['status'], Tone>> = {
  active: 'good',
  held: 'warning',
  retired: 'neutral',
};
const CONNECTION_TONES: Readonly<Record<Connection['state'], Tone>> = {
  connected: 'good',
  disconnected: 'neutral',
  lost: 'bad',
};

export function StatusBadges({
  chargePoint,
  connection,
}: {
  readonly chargePoint: LiveChargePoint | undefined;
  readonly connection: Connection | null | undefined;
}) {
  return (
    <>
      {chargePoint === undefined ? null : (
        <Badge tone={STATUS_TONES[chargePoint.status]}>{chargePoint.status}</Badge>
      )}
      {connection === undefined ? null : connection === null ? (
        <Badge>never connected by OCPP</Badge>
      ) : (
        <Badge tone={CONNECTION_TONES[connection.state]}>{connection.state}</Badge>
      )}
    </>
  );
}

/** What is known of it besides its readings: only what there is. */
export function ChargePointFacts({
  chargePoint,
  connection,
  now,
}: {
  readonly chargePoint: LiveChargePoint | undefined;
  readonly connection: Connection | null | undefined;
  readonly now: number;
}) {
  const facts: readonly (readonly [string, string])[] = [
    // Without a label the id is the title.
    ['Id', chargePoint === undefined || chargePoint.label === '' ? '' : chargePoint.id],
    ['Site', chargePoint?.site ?? ''],
    ['Model', [connection?.vendor, connection?.model].filter(Boolean).join(' ')],
    ['Serial number', connection?.serialNumber ?? ''],
    ['Firmware', connection?.firmwareVersion ?? ''],
    ['Protocol', connection?.protocol ?? ''],
    ['Address', connection?.remoteAddress ?? ''],
    ['Connection', connection ? connectionText(connection, now) : ''],
  ];
  const known = facts.filter(([, value]) => value !== '');
  if (known.length === 0) return null;
  return (
    <dl class="charge-point-facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function connectionText(
  { state, connectedAt, disconnectedAt, closeReason }: Connection,
  now: number,
): string {
  if (state === 'connected') return `since ${momentText(Date.parse(connectedAt))}`;
  const ended = disconnectedAt === null ? 'at an unknown time' : agoText(Date.parse(disconnectedAt), now);
  return `ended ${ended}${closeReason === null || closeReason === '' ? '' : `: ${closeReason}`}`;
}
