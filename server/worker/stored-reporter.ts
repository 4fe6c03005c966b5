import type { MessageLog, StoredPosition } from '../broker/message-log.js';

/**
 * Tells the log what is stored, beside the flushes and not in their way: one report at a time, and what is stored meanwhile
 * goes into the next, so that a log that answers slowly delays nothing and gathers nothing.
 */
export class StoredReporter {
  private readonly pending = new Map<number, number>();
  private sending = false;
  private sent: Promise<void> = Promise.resolve();

  constructor(private readonly log: Pick<MessageLog, 'reportStored'>) {}

  report(positions: readonly StoredPosition[]): void {
    for (const { partition, nextOffset } of positions) this.pending.set(partition, nextOffset);
    if (this.sending) return;
    this.sending = true;
    this.sent = this.send();
  }

  /** Resolves when the log heard of everything. */
  async settled(): Promise<void> {
    await this.sent;
  }

  private async send(): Promise<void> {
    while (this.pending.size > 0) {
      const positions = Array.from(this.pending, ([partition, nextOffset]) => ({ partition, nextOffset }));
      this.pending.clear();
      await this.log.reportStored(positions);
    }
    this.sending = false;
  }
}
