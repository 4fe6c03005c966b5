/** Kafka's primitive types, written one after another into a buffer that is large enough. Throws a RangeError when it is not. */
export class ByteWriter {
  readonly bytes: Buffer;
  private at = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.at;
  }

  int8(value: number): void {
    this.at = this.bytes.writeInt8(value, this.at);
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  /** @param value a whole number up to 2^53 */
  int64(value: number): void {
    this.at = this.bytes.writeInt32BE(Math.floor(value / 2 ** 32), this.at);
    this.at = this.bytes.writeUInt32BE(value >>> 0, this.at);
  }

  /** A length of four bytes or a checksum where 0 was written before. */
  patch(at: number, value: number): void {
    this.bytes.writeUInt32BE(value, at);
  }

  /** A text with its length in two bytes. */
  string(text: string): void {
    this.int16(Buffer.byteLength(text));
    this.at += this.bytes.write(text, this.at);
  }

  /** A number from 0 to 2^30, zigzag and seven bits a byte. */
  varint(value: number): void {
    const { bytes } = this;
    let rest = value * 2;
    for (; rest > 127; rest >>>= 7) bytes[this.at++] = (rest & 127) | 128;
    bytes[this.at++] = rest;
  }

  /** A text with its length in front. @param length of the text in UTF-8, bytes */
  varintText(text: string, length: number): void {
    this.varint(length);
    if (this.at + length > this.bytes.length) throw new RangeError('the text does not fit');
    this.at += this.bytes.write(text, this.at, length);
  }
}

/** Bytes of a number from 0 to 2^30 as {@link ByteWriter.varint} writes it. */
export function varintLength(value: number): number {
  if (value < 64) return 1;
  if (value < 8_192) return 2;
  if (value < 1_048_576) return 3;
  return value < 134_217_728 ? 4 : 5;
}
