import type { Socket } from 'node:net';
import type { KafkaSasl } from './kafka-security.js';
import { proveIdentity } from './prove-identity.js';
import {
  decodeSaslAuthenticate,
  decodeSaslHandshake,
  saslAuthenticateRequest,
  saslHandshakeRequest,
} from './sasl-messages.js';

/** The broker doesn't let this user in. */
export class SaslRefusedError extends Error {
  override readonly name = 'SaslRefusedError';
  readonly retriable = false;

  constructor(
    /** The broker's name of it, as kafkajs has it too. */
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/** https://kafka.apache.org/protocol#protocol_error_codes, those that authentication can meet. */
const TYPES: Readonly<Record<number, string>> = {
  33: 'UNSUPPORTED_SASL_MECHANISM',
  34: 'ILLEGAL_SASL_STATE',
  35: 'UNSUPPORTED_VERSION',
  58: 'SASL_AUTHENTICATION_FAILED',
};
const MAX_ANSWER_BYTES = 65_536;

/**
 * SASL on a connection on which nothing was said yet, and nothing else may be said meanwhile. Resolves with how long the broker
 * lets it live, ms, 0 for ever. Rejects with a {@link SaslRefusedError} or a ScramError, or when the socket closes or breaks.
 */
export async function authenticateSocket(socket: Socket, clientId: string, sasl: KafkaSasl): Promise<number> {
  let correlationId = 0;
  let lifetimeMs = 0;
  const ask = (encode: (request: { clientId: string; correlationId: number }) => Buffer): Promise<Buffer> => {
    const id = correlationId++;
    return answerTo(socket, encode({ clientId, correlationId: id }), id);
  };
  const { mechanism } = sasl;
  const handshake = decodeSaslHandshake(await ask((request) => saslHandshakeRequest(request, mechanism)));
  if (handshake.errorCode !== 0) {
    const offered = handshake.mechanisms.join(', ');
    throw refused(handshake.errorCode, `the broker offers ${offered === '' ? 'no SASL' : offered}`);
  }
  await proveIdentity(sasl, async (bytes) => {
    const answer = decodeSaslAuthenticate(await ask((request) => saslAuthenticateRequest(request, bytes)));
    if (answer.errorCode !== 0) throw refused(answer.errorCode, answer.errorMessage);
    lifetimeMs = answer.sessionLifetimeMs;
    return answer.bytes;
  });
  return lifetimeMs;
}

function refused(code: number, message: string): SaslRefusedError {
  const type = TYPES[code] ?? `ERROR_${code}`;
  return new SaslRefusedError(type, message === '' ? type : message);
}

/** The answer without its length and correlation id. */
function answerTo(socket: Socket, request: Buffer, correlationId: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const done = (error: Error | null, answer?: Buffer): void => {
      socket.off('data', receive);
      socket.off('error', fail);
      socket.off('close', closed);
      if (error === null && answer !== undefined) resolve(answer);
      else reject(error ?? new Error('no answer'));
    };
    const fail = (error: Error): void => done(error);
    const closed = (): void => done(new Error('the broker closed the connection'));
    const receive = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 8) return;
      const end = 4 + received.readInt32BE(0);
      if (end < 8 || end > MAX_ANSWER_BYTES) done(new RangeError(`an answer of ${end - 4} bytes`));
      else if (received.length > end || received.readInt32BE(4) !== correlationId) {
        done(new RangeError('an answer that nobody asked for'));
      } else if (received.length === end) done(null, received.subarray(8, end));
    };
    socket.on('data', receive);
    socket.on('error', fail);
    socket.on('close', closed);
    socket.write(request);
  });
}
