/** Frames of RFC 6455, section 5.2, faulty ones too. */
export interface FrameParts {
  readonly fin: boolean;
  /** Reserved bits, 0 to 7. */
  readonly reserved: number;
  readonly opcode: number;
  readonly payload: Buffer;
  /** null: not masked, which a client must not do. */
  readonly mask: Buffer | null;
  /** How the length is written; `short` takes 125 at most. */
  readonly lengthForm: 'short' | '16' | '64';
  /** What is written as the length; the payload's own unless it lies. */
  readonly declaredLength: bigint;
}

export const Opcode = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

export function partsOf(opcode: number, payload: Buffer, more: Partial<FrameParts> = {}): FrameParts {
  const { length } = payload;
  const lengthForm = length < 126 ? 'short' : length < 65_536 ? '16' : '64';
  const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  return {
    ...{ fin: true, reserved: 0, opcode, payload, mask, lengthForm, declaredLength: BigInt(length) },
    ...more,
  };
}

export function encodeFrame(parts: FrameParts): Buffer {
  const { fin, reserved, opcode, payload, mask, lengthForm, declaredLength } = parts;
  const masked = mask === null ? 0 : 0x80;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  let head: Buffer;
  if (lengthForm === 'short') {
    head = Buffer.from([first, masked | Number(declaredLength & 0x7fn)]);
  } else if (lengthForm === '16') {
    head = Buffer.from([first, masked | 126, 0, 0]);
    head.writeUInt16BE(Number(declaredLength & 0xffffn), 2);
  } else {
    head = Buffer.concat([Buffer.from([first, masked | 127]), Buffer.alloc(8)]);
    head.writeBigUInt64BE(BigInt.asUintN(64, declaredLength), 2);
  }
  if (mask === null) return Buffer.concat([head, payload]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0))]);
}
