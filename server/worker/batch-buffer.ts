/**
 * The buffer between the log and the sink, and the policy of when it is flushed. Batches are taken from its front in one
 * place, so that there is nothing that a timer and a size limit could race for:
 *
 *     size      maxRows or more wait: the largest batch, a busy system is efficient
 *     interval  the oldest record has waited for maxWaitMs
 *     idle      less than that, and no flush is under way: at once, a quiet system is quick (unless `flushWhenIdle` is false)
 *     stop      what is left when the worker stops
 *
 * Beside a flush under way only a full batch is begun (or what is left at a stop), of other lanes: in each lane one flush ends
 * before the next begins. The timer only knocks: it takes nothing by itself.
 */
export type FlushReason = 'idle' | 'size' | 'interval' | 'stop';

export interface BufferedRecord {
  /** What it weighs: its readings and rejects, at least 1. A record is never split. */
  readonly rows: number;
  /** What has an order of its own: its partition. */
  readonly lane: number;
}

export interface BatchBufferOptions<Item> {
  /** Rows in a flush; the record that crosses it is the batch's last. */
  readonly maxRows: number;
  readonly maxWaitMs: number;
  /** Flush at once what arrives while the sink is idle. False trades seconds of delay for fewer, larger batches. */
  readonly flushWhenIdle: boolean;
  /** Rows held at most, waiting or in flight; the batch that crosses it is taken whole. */
  readonly bufferRows: number;
  /** Flushes under way at most. */
  readonly flushesMax: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Calls `run` once after `ms`. */
  readonly schedule: (run: () => void, ms: number) => void;
  /** Resolves when every item is stored, or dropped for good. The first rejection closes the buffer with what it holds. */
  readonly flush: (items: readonly Item[], reason: FlushReason) => Promise<void>;
  /** Called once, with what `flush` rejected with. */
  readonly onFailure: (error: unknown) => void;
}

interface Waiter {
  admit(): void;
  refuse(): void;
}

interface Flight<Item> {
  readonly items: readonly Item[];
  readonly rows: number;
  readonly lanes: ReadonlySet<number>;
  readonly reason: FlushReason;
  over: Promise<void>;
}

export class BatchBuffer<Item extends BufferedRecord> {
  private waiting: { readonly item: Item; readonly since: number }[] = [];
  private waitingRows = 0;
  private readonly waitingRowsOf = new Map<number, number>();
  /** In the order in which they began. */
  private readonly flights = new Set<Flight<Item>>();
  private readonly waiters: Waiter[] = [];
  private closed = false;
  private failed = false;
  private knocking = false;

  constructor(private readonly options: BatchBufferOptions<Item>) {}

  /** Rows held, waiting or in flight. */
  get rows(): number {
    let rows = this.waitingRows;
    for (const flight of this.flights) rows += flight.rows;
    return rows;
  }

  /** What it holds, from the oldest on: in flight, then waiting. */
  *held(): Generator<Item> {
    for (const { items } of this.flights) yield* items;
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
      this.weigh(item, item.rows);
    }
    this.admitNext();
    this.flushSoon();
    return true;
  }

  /** Forgets the waiting items that match. Those in flight belong to `flush`. */
  drop(matches: (item: Item) => boolean): void {
    this.waiting = this.waiting.filter(({ item }) => {
      if (!matches(item)) return true;
      this.weigh(item, -item.rows);
      return false;
    });
    this.admitNext();
  }

  /** Takes nothing more; resolves when what it has is flushed, or a flush failed and the others have ended. */
  async close(): Promise<void> {
    this.closed = true;
    this.refuseWaiters();
    this.flushSoon();
    while (this.flights.size > 0) await Promise.all(Array.from(this.flights, ({ over }) => over));
  }

  private flushSoon(): void {
    for (let next = this.takeDue(); next !== null; next = this.takeDue()) {
      this.flights.add(next);
      next.over = this.fly(next);
    }
    // While one is under way its end knocks.
    if (this.flights.size === 0 && this.waiting.length > 0 && !this.failed) this.knockLater();
  }

  private async fly(flight: Flight<Item>): Promise<void> {
    try {
      await this.options.flush(flight.items, flight.reason);
    } catch (error) {
      this.closed = true;
      this.refuseWaiters();
      if (!this.failed) {
        // Nothing is flushed after a failure for good.
        this.failed = true;
        this.options.onFailure(error);
      }
    }
    // In one turn: what arrives in the next one must find this flush ended and the next one begun.
    this.flights.delete(flight);
    this.admitNext();
    this.flushSoon();
  }

  private takeDue(): Flight<Item> | null {
    const { maxRows, flushesMax } = this.options;
    if (this.failed || this.waiting.length === 0 || this.flights.size >= flushesMax) return null;
    if (this.flights.size === 0) return this.isDue() ? this.take(this.reason()) : null;
    const rows = this.freeRows();
    if (rows >= maxRows) return this.take('size');
    return this.closed && rows > 0 ? this.take('stop') : null;
  }

  /** Rows waiting in lanes that aren't being flushed. */
  private freeRows(): number {
    let rows = this.waitingRows;
    for (const { lanes } of this.flights) {
      for (const lane of lanes) rows -= this.waitingRowsOf.get(lane) ?? 0;
    }
    return rows;
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

  private take(reason: FlushReason): Flight<Item> {
    const busy = new Set<number>();
    for (const { lanes } of this.flights) for (const lane of lanes) busy.add(lane);
    const items: Item[] = [];
    const lanes = new Set<number>();
    const passed: typeof this.waiting = [];
    let rows = 0;
    let at = 0;
    for (; at < this.waiting.length && rows < this.options.maxRows; at++) {
      const each = this.waiting[at];
      if (each === undefined) break;
      if (busy.has(each.item.lane)) {
        passed.push(each);
        continue;
      }
      items.push(each.item);
      lanes.add(each.item.lane);
      rows += each.item.rows;
      this.weigh(each.item, -each.item.rows);
    }
    this.waiting = passed.concat(this.waiting.slice(at));
    return { items, rows, lanes, reason, over: Promise.resolve() };
  }

  private weigh({ lane }: Item, rows: number): void {
    this.waitingRows += rows;
    const inLane = (this.waitingRowsOf.get(lane) ?? 0) + rows;
    if (inLane === 0) this.waitingRowsOf.delete(lane);
    else this.waitingRowsOf.set(lane, inLane);
  }

  /** One at a time: each takes its batch before the next is asked, so that they can't all crowd into the same room. */
  private admitNext(): void {
    if (this.rows < this.options.bufferRows) this.waiters.shift()?.admit();
  }

  private refuseWaiters(): void {
    for (const waiter of this.waiters.splice(0)) waiter.refuse();
  }
}
