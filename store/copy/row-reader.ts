import { HEADER, POSTGRES_EPOCH_MS, TWO_TO_32 } from './binary-format.js';

/** Reads what RowWriter writes: call {@link nextRow}, then one method a field in the order of the columns. */
export class RowReader {
  private at = HEADER.length;

  constructor(private readonly buffer: Buffer) {}

  /** false: that was the last one. */
  nextRow(): boolean {
    const fields = this.buffer.readInt16BE(this.at);
    this.at += 2;
    return fields !== -1;
  }

  int16(): number {
    this.at += 6;
    return this.buffer.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 8;
    return this.buffer.readInt32BE(this.at - 4);
  }

  int64(): number {
    this.at += 12;
    return this.buffer.readInt32BE(this.at - 8) * TWO_TO_32 + this.buffer.readUInt32BE(this.at - 4);
  }

  boolean(): boolean {
    this.at += 5;
    return this.buffer[this.at - 1] === 1;
  }

  int32OrNull(): number | null {
    return this.isNull() ? null : this.int32();
  }

  int64OrNull(): number | null {
    return this.isNull() ? null : this.int64();
  }

  float64OrNull(): number | null {
    return this.isNull() ? null : this.float64();
  }

  timeOrNull(): number | null {
    return this.isNull() ? null : this.time();
  }

  float64(): number {
    this.at += 12;
    return this.buffer.readDoubleBE(this.at - 8);
  }

  /** ms since 1970 UTC. */
  time(): number {
    return this.int64() / 1000 + POSTGRES_EPOCH_MS;
  }

  /** Takes the field when it is null. */
  private isNull(): boolean {
    if (this.buffer.readInt32BE(this.at) !== -1) return false;
    this.at += 4;
    return true;
  }
}
