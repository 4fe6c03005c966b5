/** Bounds of neighbouring bins are 2% apart: a value is known to 1%. */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
/** ms; what is below counts as this. */
const SMALLEST = 0.01;

/** As it is written down. Bins by their number; those without a value are left out. */
export interface HistogramData {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  readonly bins: Readonly<Record<string, number>>;
}

export interface Quantiles {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Times in ms, to 1%. Histograms of several processes add up to the one that a single process would have made. */
export class Histogram {
  readonly #bins = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #max = 0;

  static of(data: readonly HistogramData[]): Histogram {
    const made = new Histogram();
    for (const each of data) made.merge(each);
    return made;
  }

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    const bin = Math.ceil(Math.log(Math.max(ms, SMALLEST) / SMALLEST) / LOG_GROWTH);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
    this.#count++;
    this.#sum += ms;
    this.#max = Math.max(this.#max, ms);
  }

  merge({ count, sum, max, bins }: HistogramData): void {
    for (const [bin, values] of Object.entries(bins))
      this.#bins.set(Number(bin), (this.#bins.get(Number(bin)) ?? 0) + values);
    this.#count += count;
    this.#sum += sum;
    this.#max = Math.max(this.#max, max);
  }

  /** ms, by nearest rank; 0 when there is nothing. */
  quantile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (const [bin, values] of [...this.#bins].sort(([a], [b]) => a - b)) {
      left -= values;
      if (left <= 0) return Math.min(SMALLEST * GROWTH ** (bin - 0.5), this.#max);
    }
    return 0;
  }

  quantiles(): Quantiles {
    const rounded = (ms: number): number => Math.round(ms * 100) / 100;
    return {
      count: this.#count,
      mean: this.#count === 0 ? 0 : rounded(this.#sum / this.#count),
      p50: rounded(this.quantile(0.5)),
      p90: rounded(this.quantile(0.9)),
      p99: rounded(this.quantile(0.99)),
      p999: rounded(this.quantile(0.999)),
      max: rounded(this.#max),
    };
  }

  toJSON(): HistogramData {
    return {
      count: this.#count,
      sum: Math.round(this.#sum * 100) / 100,
      max: Math.round(this.#max * 100) / 100,
      bins: Object.fromEntries(this.#bins),
    };
  }
}
