import { REJECT_REASONS, type Reject, type RejectReason } from '../../protocol/reject.js';
import type { SinkMessage } from '../reading-sink.js';
import type { QuarantineEntry } from './insert-quarantine.js';

/** What of a batch goes to quarantine: the rejects that came with it, and what turns out not to be storable. */
export class RejectBook {
  readonly entries: QuarantineEntry[] = [];
  /** Parts in quarantine, by message. */
  readonly rejected: number[];

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

  /** All readings of a message, as one part. */
  addMessage(at: number, reason: RejectReason): void {
    const readings = this.messages[at]?.readings ?? [];
    this.add(at, {
      reason,
      path: '',
      detail: REJECT_REASONS[reason].meaning,
      raw: JSON.stringify(readings),
      rawKind: 'judged',
    });
  }

  /** One reading. It came by no path of its own: `/readings/N` is its place among the message's good ones. */
  addReading(at: number, part: number, reason: RejectReason): void {
    const reading = this.messages[at]?.readings[part];
    this.add(at, {
      reason,
      path: `/readings/${part}`,
      detail: REJECT_REASONS[reason].meaning,
      raw: JSON.stringify(reading ?? null),
      rawKind: 'judged',
    });
  }

  private add(at: number, reject: Reject): void {
    const message = this.messages[at];
    if (message === undefined) return;
    this.entries.push({ message, reject });
    this.rejected[at] = (this.rejected[at] ?? 0) + 1;
  }
}
