/**
 * Records of a log, waiting outside of JavaScript's heap: hundreds of thousands of objects that live as long as the run would
 * make every garbage collection of what is measured dearer.
 */
export class PackedRecords {
  private readonly ends: Float64Array;
  private readonly partitions: Uint8Array;
  private bytes = Buffer.allocUnsafe(1 << 20);
  private count = 0;

  /** @param most records that will be added. */
  constructor(most: number) {
    this.ends = new Float64Array(most);
    this.partitions = new Uint8Array(most);
  }

  get length(): number {
    return this.count;
  }

  add(partition: number, value: string): void {
    const begin = this.endOf(this.count - 1);
    const end = begin + Buffer.byteLength(value);
    while (end > this.bytes.length) this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2);
    this.bytes.write(value, begin);
    this.ends[this.count] = end;
    this.partitions[this.count] = partition;
    this.count += 1;
  }

  /** @param index from 0, in the order of adding; the offset is the same. */
  at(index: number): { partition: number; record: { offset: number; key: null; value: Buffer } } {
    const value = this.bytes.subarray(this.endOf(index - 1), this.endOf(index));
    return { partition: this.partitions[index] ?? 0, record: { offset: index, key: null, value } };
  }

  private endOf(index: number): number {
    return index < 0 ? 0 : (this.ends[index] ?? 0);
  }
}
