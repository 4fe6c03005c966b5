/** FIN and the opcode of text. */
const TEXT_FRAME = 0x81;

/**
 * Messages as one frame of a WebSocket, its header included: the same bytes go to every socket that isn't compressed. Servers
 * don't mask, so a header is the length alone.
 */
export class LiveFrame {
  readonly bytes: Buffer;
  private readonly headerBytes: number;

  /** @param count messages in it. */
  constructor(
    text: string,
    readonly count: number,
  ) {
    const length = Buffer.byteLength(text);
    const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const bytes = Buffer.allocUnsafeSlow(header + length);
    bytes[0] = TEXT_FRAME;
    if (header === 2) bytes[1] = length;
    else if (header === 4) {
      bytes[1] = 126;
      bytes.writeUInt16BE(length, 2);
    } else {
      bytes[1] = 127;
      bytes.writeBigUInt64BE(BigInt(length), 2);
    }
    bytes.write(text, header);
    this.bytes = bytes;
    this.headerBytes = header;
  }

  static of(messages: readonly string[]): LiveFrame {
    return new LiveFrame(`[${messages.join(',')}]`, messages.length);
  }

  /** What a socket frames by itself, because it compresses. */
  get payload(): Buffer {
    return this.bytes.subarray(this.headerBytes);
  }
}
