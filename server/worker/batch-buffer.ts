/**
 * The buffer between the log and the sink, and the policy of when it is flushed. One loop takes batches from its front, so
 * there is one flush at a time and nothing that a timer and a size limit could race for:
 *
 *     size      maxRows or more wait: the largest batch, a busy system is efficient
 *     interval  the oldest record has waited for maxWaitMs
 *     idle      less than that, and no flush is under way: at once, a quiet system is quick (unless `flushWhenIdle` is false)
 *     stop      what is left when the worker stops
 *
 * The timer only knocks: it takes nothing by itself.
 */
export type FlushReason = 'idle' | 'size' | 'interval' | 'stop';

export interface BufferedRecord {
  /** What it weighs: its readings and rejects, at least 1. A record is never split. */
  readonly rows: number;
}

export interface BatchBufferOptions<Item> {
  /** Rows in a flush; the record that crosses it is the batch's last. */
  readonly maxRows: number;
  readonly maxWaitMs: number;
  /** Flush at once what arrives while the sink is idle. False trades seconds of delay for fewer, larger batches. */
  readonly flushWhenIdle: boolean;
  /** Rows held at most, waiting or in flight; the batch that crosses it is taken whole. */
  readonly bufferRows: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Calls `run` once after `ms`. */
  readonly schedule: (run: () => void, ms: number) => void;
  /** Resolves when every item is stored, or dropped for good. A rejection closes the buffer with what it holds. */
  readonly flush: (items: readonly Item[], reason: FlushReason) => Promise<void>;
  /** Called once, with what `flush` rejected with. */
  readonly onFailure: (error: unknown) => void;
}

interface Waiter {
  admit(): void;
  refuse(): void;
}

export class BatchBuffer<Item extends BufferedRecord> {
  private waiting: { readonly item: Item; readonly since: number }[] = [];
  private waitingRows = 0;
  private inFlightRows = 0;
  private inFlight: readonly Item[] = [];
  private readonly waiters: Waiter[] = [];
  private closed = false;
  private flushing = false;
  private knocking = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: BatchBufferOptions<Item>) {}

  /** Rows held, waiting or in flight. */
  get rows(): number {
    return this.waitingRows + this.inFlightRows;
  }

  /** What it holds, from the oldest on: in flight, then waiting. */
  *held(): Generator<Item> {
    yield* this.inFlight;
    for (const { item } of this.waiting) yield item;
  }

  /**
   * Waits for room, in turn, then takes what `read` returns (called at that time, or never). Resolves when taken, with
   * false when the buffer was closed before.
   */
  async offer(read: () => readonly Item[]): Promise<boolean> {
    if (this.waiters.length > 0 || this.rows >= this.options.bufferRows) {
      const admitted = await new Promise<boolean>((resolve) => {
        this.waiters.push({ admit: () => resolve(true), refuse: () => resolve(false) });
        if (this.closed) this.refuseWaiters();
      });
      if (!admitted) return false;
    }
    if (this.closed) return false;
    const since = this.options.now();
    for (const item of read()) {
      this.waiting.push({ item, since });
      this.waitingRows += item.rows;
    }
    this.admitNext();
    this.flushSoon();
    return true;
  }

  /** Forgets the waiting items that match. Those in flight belong to `flush`. */
  drop(matches: (item: Item) => boolean): void {
    this.waiting = this.waiting.filter(({ item }) => {
      if (!matches(item)) return true;
      this.waitingRows -= item.rows;
      return false;
    });
    this.admitNext();
  }

  /** Takes nothing more; resolves when what it has is flushed, or the flush failed. */
  async close(): Promise<void> {
    this.closed = true;
    this.refuseWaiters();
    this.flushSoon();
    await this.loop;
  }

  private flushSoon(): void {
    if (this.flushing || this.waiting.length === 0) return;
    if (!this.isDue()) {
      this.knockLater();
      return;
    }
    this.flushing = true;
    this.loop = this.flushAll();
  }

  private async flushAll(): Promise<void> {
    while (this.waiting.length > 0 && this.isDue()) {
      const reason = this.reason();
      const items = this.take();
      try {
        await this.options.flush(items, reason);
      } catch (error) {
        this.closed = true;
        this.refuseWaiters();
        this.options.onFailure(error);
        // `flushing` stays: nothing is flushed after a failure for good.
        return;
      } finally {
        this.inFlightRows = 0;
        this.inFlight = [];
      }
      this.admitNext();
    }
    // In the same turn as the check above: what arrives in the next one must find no flush under way.
    this.flushing = false;
    this.flushSoon();
  }

  private isDue(): boolean {
    // A full buffer is due whatever its batch size: nothing else would make room.
    return this.options.flushWhenIdle || this.rows >= this.options.bufferRows || this.reason() !== 'idle';
  }

  private reason(): FlushReason {
    if (this.waitingRows >= this.options.maxRows) return 'size';
    if (this.closed) return 'stop';
    return this.oldestWaitedMs() >= this.options.maxWaitMs ? 'interval' : 'idle';
  }

  private oldestWaitedMs(): number {
    const now = this.options.now();
    return now - (this.waiting[0]?.since ?? now);
  }

  private knockLater(): void {
    if (this.knocking) return;
    this.knocking = true;
    this.options.schedule(
      () => {
        this.knocking = false;
        this.flushSoon();
      },
      Math.max(1, this.options.maxWaitMs - this.oldestWaitedMs()),
    );
  }

  private take(): Item[] {
    let count = 0;
    let rows = 0;
    while (count < this.waiting.length && rows < this.options.maxRows) {
      rows += this.waiting[count]?.item.rows ?? 0;
      count++;
    }
    this.waitingRows -= rows;
    this.inFlightRows = rows;
    const items = this.waiting.splice(0, count).map(({ item }) => item);
    this.inFlight = items;
    return items;
  }

  /** One at a time: each takes its batch before the next is asked, so that they can't all crowd into the same room. */
  private admitNext(): void {
    if (this.rows < this.options.bufferRows) this.waiters.shift()?.admit();
  }

  private refuseWaiters(): void {
    for (const waiter of this.waiters.splice(0)) waiter.refuse();
  }
}
