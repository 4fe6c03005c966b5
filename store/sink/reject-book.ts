import type { Reading } from '../../protocol/reading.js';
import { REJECT_REASONS, type Reject, type RejectReason } from '../../protocol/reject.js';
import { CONNECTOR_OF_SESSION, type SessionEvent } from '../../protocol/session.js';
import type { SignedValue } from '../../protocol/signed-value.js';
import type { SinkMessage } from '../reading-sink.js';
import type { QuarantineEntry } from './insert-quarantine.js';

/** One reading of a batch: index of its message, and of the reading in it. */
export interface PartOf {
  readonly message: number;
  readonly part: number;
}

/** What of a batch goes to quarantine: the rejects that came with it, and what turns out not to be storable. */
export class RejectBook {
  readonly entries: QuarantineEntry[] = [];
  /** Parts in quarantine, by message. */
  readonly rejected: number[];
  /** Readings of sessions with their connector, by message and part; how many of each message had waited for it. */
  private readonly placed = new Map<string, Reading>();
  private readonly adopted = new Map<number, number>();
  private readonly origins = new Map<string, PartOf>();

  constructor(private readonly messages: readonly SinkMessage[]) {
    this.rejected = messages.map(() => 0);
    messages.forEach(({ rejects }, at) => {
      if (rejects.length === 0) return;
      // Quarantine is unique on the place in the log and the path: one part is kept, and counted, once.
      const paths = new Set<string>();
      for (const reject of rejects) {
        if (paths.has(reject.path)) continue;
        paths.add(reject.path);
        this.add(at, reject);
      }
    });
  }

  /** Where a session's reading belongs: it would be sent again with its connector. */
  place(at: number, part: number, reading: Reading): void {
    this.placed.set(keyOf(at, part), reading);
  }

  /**
   * Makes a reading that had waited for the message one of its parts, and answers which.
   *
   * @param from the part of this batch as which it came, and as which it would be refused; null when it came before.
   */
  adopt(at: number, reading: Reading, from: PartOf | null): number {
    const before = this.adopted.get(at) ?? 0;
    const part = (this.messages[at]?.readings.length ?? 0) + before;
    this.adopted.set(at, before + 1);
    this.place(at, part, reading);
    if (from !== null) {
      this.origins.set(keyOf(at, part), from);
      this.place(from.message, from.part, reading);
    }
    return part;
  }

  /** All readings and signed values of a message and its session, as one part. */
  addMessage(at: number, reason: RejectReason): void {
    const { readings = [], session = null, signedValues = [] } = this.messages[at] ?? {};
    this.add(at, judged('', reason, { readings, session, signedValues }));
  }

  /** One signed value. `/signedValues/N` is its place among the message's good ones. */
  addSignedValue(at: number, part: number, reason: RejectReason): void {
    const { session = null, signedValues = [] } = this.messages[at] ?? {};
    const refused = signedValues.slice(part, part + 1);
    const isOfSession = refused.some(({ connectorId }) => connectorId === CONNECTOR_OF_SESSION);
    const told = { readings: [], session: isOfSession ? session : null, signedValues: refused };
    this.add(at, judged(`/signedValues/${part}`, reason, told));
  }

  /**
   * One reading. It came by no path of its own: `/readings/N` is its place among the message's good ones. One that has no
   * connector but its session's is kept with the session, without which it could not be sent again.
   */
  addReading(at: number, part: number, reason: RejectReason): void {
    const origin = this.origins.get(keyOf(at, part));
    if (origin !== undefined) {
      this.addReading(origin.message, origin.part, reason);
      return;
    }
    const message = this.messages[at];
    const reading = this.placed.get(keyOf(at, part)) ?? message?.readings[part];
    const session = reading?.connectorId === CONNECTOR_OF_SESSION ? (message?.session ?? null) : null;
    const readings = reading === undefined ? [] : [reading];
    this.add(at, judged(`/readings/${part}`, reason, { readings, session, signedValues: [] }));
  }

  private add(at: number, reject: Reject): void {
    const message = this.messages[at];
    if (message === undefined) return;
    this.entries.push({ message, reject });
    this.rejected[at] = (this.rejected[at] ?? 0) + 1;
  }
}

const keyOf = (at: number, part: number): string => `${at}/${part}`;

interface Told {
  readonly readings: readonly Reading[];
  readonly session: SessionEvent | null;
  readonly signedValues: readonly SignedValue[];
}

/** Can be sent again as it is: a `judged` envelope holds the same. */
function judged(path: string, reason: RejectReason, { readings, session, signedValues }: Told): Reject {
  const told = signedValues.length === 0 ? { readings, session } : { readings, session, signedValues };
  const raw = JSON.stringify(told);
  return { reason, path, detail: REJECT_REASONS[reason].meaning, raw, rawKind: 'judged' };
}
