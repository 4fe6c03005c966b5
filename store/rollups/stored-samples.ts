/** In the place of a transaction's id. */
export const NO_TRANSACTION = -1;

const FIRST_ROOM = 4_096;

/**
 * The readings of a pass, by span, in the order of time. In columns: a hundred thousand objects that live for as long as the pass does
 * would be moved by every garbage collection meanwhile.
 */
export class StoredSamples {
  /** ms since 1970 UTC. */
  ms = new Float64Array(FIRST_ROOM);
  values = new Float64Array(FIRST_ROOM);
  /** When the message with the reading was received, ms since 1970 UTC. */
  receivedMs = new Float64Array(FIRST_ROOM);
  /** Ids, or {@link NO_TRANSACTION}. */
  transactionIds = new Float64Array(FIRST_ROOM);
  contextIds = new Int16Array(FIRST_ROOM);
  private count = 0;
  private readonly begins: Int32Array;
  private readonly ends: Int32Array;

  constructor(spans: number) {
    this.begins = new Int32Array(spans);
    this.ends = new Int32Array(spans);
  }

  /** In all. */
  get length(): number {
    return this.count;
  }

  /** All of one span, one after the other. */
  add(
    span: number,
    ms: number,
    contextId: number,
    value: number,
    transactionId: number,
    receivedMs: number,
  ): void {
    const at = this.count;
    if (at === this.ms.length) this.grow();
    if (this.ends[span] === 0) this.begins[span] = at;
    this.ms[at] = ms;
    this.contextIds[at] = contextId;
    this.values[at] = value;
    this.receivedMs[at] = receivedMs;
    this.transactionIds[at] = transactionId;
    this.count = at + 1;
    this.ends[span] = this.count;
  }

  /** Where the readings of a span begin and end in the columns. */
  rangeOf(span: number): { readonly begin: number; readonly end: number } {
    return { begin: this.begins[span] ?? 0, end: this.ends[span] ?? 0 };
  }

  private grow(): void {
    this.ms = doubled(this.ms, new Float64Array(this.count * 2));
    this.values = doubled(this.values, new Float64Array(this.count * 2));
    this.receivedMs = doubled(this.receivedMs, new Float64Array(this.count * 2));
    this.transactionIds = doubled(this.transactionIds, new Float64Array(this.count * 2));
    this.contextIds = doubled(this.contextIds, new Int16Array(this.count * 2));
  }
}

function doubled<Column extends Float64Array | Int16Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
