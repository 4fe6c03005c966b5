import { ByteWriter } from '../produce/byte-writer.js';

/** https://kafka.apache.org/protocol, keys and versions that brokers from 2.2 (2019) on have. */
const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;
const VERSION = 1;
const HEAD_BYTES = 32;

export interface SaslRequest {
  readonly clientId: string;
  readonly correlationId: number;
}

/** Names the mechanism. With its length in front, as the other one. */
export function saslHandshakeRequest(request: SaslRequest, mechanism: string): Buffer {
  return encoded(SASL_HANDSHAKE, request, Buffer.byteLength(mechanism), (writer) => writer.string(mechanism));
}

/** A message of the mechanism. */
export function saslAuthenticateRequest(request: SaslRequest, bytes: Buffer): Buffer {
  return encoded(SASL_AUTHENTICATE, request, bytes.length, (writer) => {
    writer.int32(bytes.length);
    for (const byte of bytes) writer.int8(byte > 127 ? byte - 256 : byte);
  });
}

function encoded(
  key: number,
  { clientId, correlationId }: SaslRequest,
  bodyBytes: number,
  body: (writer: ByteWriter) => void,
): Buffer {
  const writer = new ByteWriter(HEAD_BYTES + Buffer.byteLength(clientId) + bodyBytes);
  writer.int32(0);
  writer.int16(key);
  writer.int16(VERSION);
  writer.int32(correlationId);
  writer.string(clientId);
  body(writer);
  writer.patch(0, writer.length - 4);
  return writer.bytes.subarray(0, writer.length);
}

export interface SaslHandshakeAnswer {
  readonly errorCode: number;
  readonly mechanisms: readonly string[];
}

export interface SaslAuthenticateAnswer {
  readonly errorCode: number;
  readonly errorMessage: string;
  readonly bytes: Buffer;
  /** Until when the broker lets the connection live without another authentication, ms; 0: for ever. */
  readonly sessionLifetimeMs: number;
}

/** Answers come without their length and correlation id. Both throw a RangeError when cut off. */
export function decodeSaslHandshake(answer: Buffer): SaslHandshakeAnswer {
  const reader = new AnswerReader(answer);
  const errorCode = reader.int16();
  const mechanisms = Array.from({ length: Math.min(reader.int32(), MAX_MECHANISMS) }, () => reader.string());
  return { errorCode, mechanisms };
}

export function decodeSaslAuthenticate(answer: Buffer): SaslAuthenticateAnswer {
  const reader = new AnswerReader(answer);
  return {
    errorCode: reader.int16(),
    errorMessage: reader.string(),
    bytes: reader.take(reader.int32()),
    sessionLifetimeMs: reader.int64(),
  };
}

const MAX_MECHANISMS = 100;

class AnswerReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  int16(): number {
    return this.bytes.readInt16BE((this.at += 2) - 2);
  }

  int32(): number {
    return this.bytes.readInt32BE((this.at += 4) - 4);
  }

  int64(): number {
    return Number(this.bytes.readBigInt64BE((this.at += 8) - 8));
  }

  /** '' for null. */
  string(): string {
    return this.take(this.int16()).toString();
  }

  /** None for a negative length, which is null. */
  take(length: number): Buffer {
    const end = this.at + Math.max(length, 0);
    if (end > this.bytes.length) throw new RangeError('the answer is cut off');
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }
}
