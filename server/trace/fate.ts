import type { Reading } from '../../protocol/reading.js';
import { CONNECTOR_OF_SESSION } from '../../protocol/session.js';
import type { ArrivedReading, WaitingAround } from '../../store/trace/stored-around.js';

/** What came of a reading that a message on the log has. */
export type Fate =
  | 'stored' // It stands in the table, and this message brought it.
  | 'duplicate' // It stands in the table, and another message brought it.
  | 'conflicting' // Another value stands for its key: both are kept.
  | 'waiting_for_start' // It waits for the message that tells where its session takes place.
  | 'on_log' // It is on the log, and no worker has stored it yet.
  | 'rejected' // It is in quarantine.
  | 'missing'; // Its place on the log is stored, and it is nowhere in the database.

/** What the database has around the readings in question. */
export interface Around {
  readonly standing: readonly ArrivedReading[];
  readonly losing: readonly ArrivedReading[];
  readonly waiting: readonly WaitingAround[];
}

/** Where a message lies, and what is known of that. */
export interface MessagePlace {
  readonly offset: number;
  readonly receivedAtMs: number | null;
  /** Records below are stored; undefined: nothing of the partition is. */
  readonly storedBelow: number | undefined;
  /** Parts of it are in quarantine. */
  readonly isQuarantined: boolean;
}

export function fateOf(reading: Reading, place: MessagePlace, around: Around): Fate {
  if (place.storedBelow === undefined || place.offset >= place.storedBelow) return 'on_log';
  const same = around.standing.filter((each) => isSameKey(each, reading));
  const equal = same.filter(({ value }) => value === reading.value);
  if (equal.some(({ receivedAt }) => receivedAt.getTime() === place.receivedAtMs)) return 'stored';
  if (equal.length > 0) return 'duplicate';
  if (around.losing.some((each) => isSameKey(each, reading) && each.value === reading.value)) {
    return 'conflicting';
  }
  if (around.waiting.some((each) => isSameSample(each, reading) && each.value === reading.value)) {
    return 'waiting_for_start';
  }
  return place.isQuarantined ? 'rejected' : 'missing';
}

/** A reading of a session has the connector of its session, which its message doesn't tell. */
function isSameKey(stored: ArrivedReading, reading: Reading): boolean {
  const isThere =
    reading.connectorId === CONNECTOR_OF_SESSION ||
    (stored.evseId === reading.evseId && stored.connectorId === reading.connectorId);
  return isThere && isSameSample(stored, reading);
}

type Sample = Pick<Reading, 'measurand' | 'phase' | 'location' | 'unit' | 'context'> & { timestamp: Date };

function isSameSample(stored: Sample, reading: Reading): boolean {
  return (
    stored.timestamp.getTime() === reading.timestampMs &&
    stored.measurand === reading.measurand &&
    stored.phase === reading.phase &&
    stored.location === reading.location &&
    stored.unit === reading.unit &&
    stored.context === reading.context
  );
}
