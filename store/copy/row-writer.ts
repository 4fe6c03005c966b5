import { HEADER, POSTGRES_EPOCH_MS, TRAILER_BYTES, TWO_TO_32 } from './binary-format.js';

const FIRST_BYTES = 64 * 1024;
/** More than any field takes. */
const FIELD_BYTES = 16;

/** Rows in PostgreSQL's binary COPY format, field by field in the order of the columns. */
export class RowWriter {
  private buffer = Buffer.allocUnsafe(FIRST_BYTES);
  private at = HEADER.copy(this.buffer);
  private count = 0;

  /** @param fields of each row. */
  constructor(private readonly fields: number) {}

  get rows(): number {
    return this.count;
  }

  /** Begins a row. */
  row(): this {
    this.count += 1;
    this.reserve();
    this.at = this.buffer.writeInt16BE(this.fields, this.at);
    return this;
  }

  int16(value: number): this {
    this.length(2);
    this.at = this.buffer.writeInt16BE(value, this.at);
    return this;
  }

  int32(value: number): this {
    this.length(4);
    this.at = this.buffer.writeInt32BE(value, this.at);
    return this;
  }

  int32OrNull(value: number | null): this {
    return value === null ? this.nothing() : this.int32(value);
  }

  int64(value: number): this {
    this.length(8);
    const high = Math.floor(value / TWO_TO_32);
    this.at = this.buffer.writeInt32BE(high, this.at);
    this.at = this.buffer.writeUInt32BE(value - high * TWO_TO_32, this.at);
    return this;
  }

  int64OrNull(value: number | null): this {
    return value === null ? this.nothing() : this.int64(value);
  }

  /** A field in PostgreSQL's binary format, such as an array. */
  bytes(value: Buffer | null): this {
    if (value === null) return this.nothing();
    this.reserve(value.length);
    this.length(value.length);
    this.at += value.copy(this.buffer, this.at);
    return this;
  }

  float64(value: number | null): this {
    if (value === null) return this.nothing();
    this.length(8);
    this.at = this.buffer.writeDoubleBE(value, this.at);
    return this;
  }

  boolean(value: boolean): this {
    this.length(1);
    this.at = this.buffer.writeUInt8(value ? 1 : 0, this.at);
    return this;
  }

  /** @param ms since 1970 UTC. */
  time(ms: number | null): this {
    return ms === null ? this.nothing() : this.int64((ms - POSTGRES_EPOCH_MS) * 1000);
  }

  /** All of it; nothing can be added afterwards. */
  end(): Buffer {
    this.reserve();
    this.at = this.buffer.writeInt16BE(-1, this.at);
    return this.buffer.subarray(0, this.at);
  }

  private nothing(): this {
    this.length(-1);
    return this;
  }

  private length(bytes: number): void {
    this.reserve();
    this.at = this.buffer.writeInt32BE(bytes, this.at);
  }

  /** @param bytes beside a field of fixed size. */
  private reserve(bytes = 0): void {
    const needed = this.at + bytes + FIELD_BYTES + TRAILER_BYTES;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, needed));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}
