import type { Colors } from './colors.js';
import type { ChargePoint } from '../station/charge-point.js';
import type { LinkState } from '../../station/link.js';
import { clean } from './layout.js';

const LONGEST_ID = 24;
const STATE_WORDS: Readonly<Record<LinkState, string>> = {
  offline: 'offline',
  connecting: 'connecting',
  online: 'online',
  idle: 'idle',
  waiting: 'reconnecting',
  refused: 'refused',
};

/** `CP-1 online #1729> `: who, whether connected, in which transaction, how many messages wait. */
export function promptText(
  station: Pick<ChargePoint, 'chargePointId' | 'linkState' | 'session' | 'waiting'>,
  colors: Colors,
): string {
  const { chargePointId, linkState, session, waiting } = station;
  const paint = {
    online: colors.green,
    offline: colors.red,
    refused: colors.red,
    connecting: colors.yellow,
    waiting: colors.yellow,
    idle: colors.yellow,
  };
  const id = clean(
    chargePointId.length > LONGEST_ID ? `${chargePointId.slice(0, LONGEST_ID - 1)}…` : chargePointId,
  );
  const parts = [colors.bold(id), paint[linkState](STATE_WORDS[linkState])];
  if (session !== null)
    parts.push(colors.cyan(session.transactionId === null ? '#?' : `#${session.transactionId}`));
  // One that is on its way to a server that is there is no news.
  if (waiting > (linkState === 'online' ? 1 : 0)) parts.push(colors.yellow(`(${waiting} waiting)`));
  return `${parts.join(' ')}> `;
}
