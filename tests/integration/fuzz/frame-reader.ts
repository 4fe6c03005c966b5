/** Reads frames as RFC 6455 has them: by what a server must have understood of a client's bytes, and a client of a server's. */
import { isUtf8 } from 'node:buffer';
import { Opcode } from './web-socket-frame.js';

export interface FramesRead {
  /** Complete messages and control frames, in the order in which they became complete. */
  readonly messages: readonly { readonly opcode: number; readonly payload: Buffer }[];
  /** `open`: the bytes end, maybe in the midst of a frame. `closed`: a close frame. `violation`: more can't be understood. */
  readonly end: 'open' | 'closed' | 'violation';
}

interface Head {
  readonly fin: boolean;
  readonly opcode: number;
  readonly mask: Buffer | null;
  readonly payloadAt: number;
  readonly length: number;
}

/** @param side whose bytes these are: a client masks its frames, a server must not. */
export function readFrames(bytes: Buffer, side: 'client' | 'server', maxMessageBytes: number): FramesRead {
  const messages: { opcode: number; payload: Buffer }[] = [];
  let fragments: { opcode: number; parts: Buffer[]; length: number } | null = null;
  let at = 0;
  for (;;) {
    const head = readHead(bytes, at, side, fragments !== null);
    if (head === 'incomplete') return { messages, end: 'open' };
    if (head === 'violation') return { messages, end: 'violation' };
    const isControl = head.opcode >= 8;
    const total: number = head.length + (isControl ? 0 : (fragments?.length ?? 0));
    if (total > maxMessageBytes) return { messages, end: 'violation' };
    const after = head.payloadAt + head.length;
    if (bytes.length < after) return { messages, end: 'open' };
    const payload = unmasked(bytes.subarray(head.payloadAt, after), head.mask);
    at = after;
    if (head.opcode === Opcode.CLOSE) return { messages, end: isClose(payload) ? 'closed' : 'violation' };
    if (isControl) {
      messages.push({ opcode: head.opcode, payload });
      continue;
    }
    fragments ??= { opcode: head.opcode, parts: [], length: 0 };
    fragments.parts.push(payload);
    fragments.length = total;
    if (!head.fin) continue;
    const message = { opcode: fragments.opcode, payload: Buffer.concat(fragments.parts) };
    fragments = null;
    if (message.opcode === Opcode.TEXT && !isUtf8(message.payload)) return { messages, end: 'violation' };
    messages.push(message);
  }
}

function readHead(
  bytes: Buffer,
  at: number,
  side: 'client' | 'server',
  isFragmented: boolean,
): Head | 'incomplete' | 'violation' {
  if (bytes.length < at + 2) return 'incomplete';
  const [first, second] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
  const [fin, opcode, isMasked, short] = [first >= 0x80, first & 0xf, second >= 0x80, second & 0x7f];
  if ((first & 0x70) !== 0) return 'violation';
  if (isMasked !== (side === 'client')) return 'violation';
  if (opcode >= 8) {
    if (opcode > Opcode.PONG || !fin || short > 125) return 'violation';
    if (opcode === Opcode.CLOSE && short === 1) return 'violation';
  } else if (opcode > Opcode.BINARY || (opcode === Opcode.CONTINUATION) !== isFragmented) return 'violation';
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < at + 2 + lengthBytes) return 'incomplete';
  const length =
    lengthBytes === 0
      ? short
      : lengthBytes === 2
        ? bytes.readUInt16BE(at + 2)
        : Number(bytes.readBigUInt64BE(at + 2));
  const maskAt = at + 2 + lengthBytes;
  const payloadAt = maskAt + (isMasked ? 4 : 0);
  // A length that is too large is told by its field alone, so that the mask need not be there.
  return { fin, opcode, mask: isMasked ? bytes.subarray(maskAt, payloadAt) : null, payloadAt, length };
}

function unmasked(payload: Buffer, mask: Buffer | null): Buffer {
  if (mask === null) return payload;
  return Buffer.from(payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0)));
}

/** Section 7.4: a close frame is empty, or has a code that may be sent and a reason in UTF-8. */
function isClose(payload: Buffer): boolean {
  if (payload.length === 0) return true;
  const code = payload.readUInt16BE(0);
  const isCode =
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
  return isCode && isUtf8(payload.subarray(2));
}
