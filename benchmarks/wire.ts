/** Just enough of WebSocket (RFC 6455) and of both protocols for a client that makes load. */

/** Any key will do: the server masks nothing by it. */
const HANDSHAKE_KEY = 'bWV0ZXJwdWxzZS1iZW5jaA==';
/** Of every frame. */
export const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
export const TEXT = 0x1;
export const CLOSE = 0x8;
export const PING = 0x9;
const PONG = 0xa;
export const UPGRADE_END = '\r\n\r\n';

export function upgradeRequest(path: string, ocpp: boolean, authorization?: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${HANDSHAKE_KEY}`,
    ...(ocpp ? ['Sec-WebSocket-Protocol: ocpp1.6'] : []),
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    UPGRADE_END.slice(2),
  ].join('\r\n');
}

export function ocppFrame(id: string, payload: string): Buffer {
  return frame(TEXT, Buffer.from(`[2,"${id}","MeterValues",${payload}]`));
}

export function bootFrame(): Buffer {
  const payload = '{"chargePointVendor":"Bench","chargePointModel":"B1"}';
  return frame(TEXT, Buffer.from(`[2,"boot","BootNotification",${payload}]`));
}

export function ingestFrame(id: string, chargePointId: string, payload: string): Buffer {
  return frame(TEXT, Buffer.from(`{"id":"${id}","chargePointId":"${chargePointId}","payload":${payload}}`));
}

export function textFrame(text: string): Buffer {
  return frame(TEXT, Buffer.from(text));
}

export function pongFrame(payload: Buffer): Buffer {
  return frame(PONG, payload);
}

/** A masked frame: masked in earnest, since servers skip the work for a mask of zeros. */
function frame(opcode: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | payload.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  if (payload.length > 0xffff) throw new RangeError('a frame of this client is at most 64 KiB');
  const masked = Buffer.from(payload.map((byte, index) => byte ^ (MASK[index & 3] ?? 0)));
  return Buffer.concat([head, MASK, masked]);
}

/** Cuts what a server sends into frames. */
export class FrameReader {
  #rest: Buffer | undefined;

  constructor(private readonly onFrame: (opcode: number, payload: Buffer) => void) {}

  read(chunk: Buffer): void {
    const data = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (data.length - at >= 2) {
      const short = (data[at + 1] ?? 0) & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (data.length - at < head) break;
      const length =
        short < 126
          ? short
          : short === 126
            ? data.readUInt16BE(at + 2)
            : Number(data.readBigUInt64BE(at + 2));
      if (data.length - at < head + length) break;
      this.onFrame((data[at] ?? 0) & 0xf, data.subarray(at + head, at + head + length));
      at += head + length;
    }
    this.#rest = at < data.length ? data.subarray(at) : undefined;
  }
}

/** Tells an acknowledgement from another answer by its bytes alone. */
export class AnswerReader extends FrameReader {
  constructor(
    onAnswer: (accepted: boolean, answer: Buffer) => void,
    onPing: (payload: Buffer) => void,
    onClose: (reason: string) => void,
  ) {
    super((opcode, payload) => {
      if (opcode === TEXT) onAnswer(isAcknowledgement(payload), payload);
      else if (opcode === PING) onPing(payload);
      else if (opcode === CLOSE) onClose(payload.subarray(2).toString());
    });
  }
}

/** `[3,...` of OCPP-J, or a status of plain JSON that is accepted. */
function isAcknowledgement(payload: Buffer): boolean {
  return (payload[0] === 0x5b && payload[1] === 0x33) || payload.includes('"accepted"');
}
