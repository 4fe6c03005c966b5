import type { ChangeId } from '../../protocol/live/change-id.js';
import type { Audience } from './audience.js';
import type { LiveRow } from './live-row.js';
import { presentChange } from './present-change.js';

/** Whom a way is told to. */
export interface Follower {
  readonly audience: Audience;
  /** In JSON. */
  readonly idText: string;
  readonly changedOnly: boolean;
}

export type RowAt = (position: number) => LiveRow | undefined;

/** Changes that are looked at before others have their turn. */
const SLICE_CHANGES = 2_000;

/** Where a subscription stands, row by row and change by change. */
export class FeedWay {
  /** Position of the row that is to be looked at next, and the index in it. */
  next: number;
  private index: number;
  private looked = 0;

  constructor(cursor: ChangeId) {
    const wholeRow = cursor.index === Infinity || cursor.position === 0;
    this.next = wholeRow ? cursor.position + 1 : cursor.position;
    this.index = wholeRow ? 0 : cursor.index + 1;
  }

  /** Some of the next row's changes were told, and others not. */
  get isWithinRow(): boolean {
    return this.index > 0;
  }

  /** Whether the last step had much to look at. */
  get isLong(): boolean {
    return this.looked >= SLICE_CHANGES;
  }

  /** Goes on as far as there are rows, or one frame is full; what of it is for the follower. */
  messages(rowAt: RowAt, follower: Follower, batchSize: number): string[] {
    const messages: string[] = [];
    this.looked = 0;
    while (this.looked < SLICE_CHANGES && messages.length < batchSize) {
      const row = rowAt(this.next);
      if (row === undefined) break;
      this.looked++;
      for (; this.index < row.changes.length && messages.length < batchSize; this.index++) {
        const routed = row.changes[this.index];
        if (routed === undefined) continue;
        this.looked++;
        const presentation = presentChange(routed, follower.audience, follower.changedOnly);
        if (presentation !== null) messages.push(routed.message(follower.idText, presentation));
      }
      if (this.index < row.changes.length) break;
      this.next++;
      this.index = 0;
    }
    return messages;
  }
}
