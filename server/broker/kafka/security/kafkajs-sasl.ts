import type { Mechanism } from 'kafkajs';
import type { KafkaSasl } from './kafka-security.js';
import { proveIdentity } from './prove-identity.js';

/**
 * SASL for kafkajs' connections. Not by its own mechanisms, which take a password once and for all, and believe a server that
 * asks for any number of iterations.
 */
export function kafkajsSasl(sasl: KafkaSasl): Mechanism {
  return {
    mechanism: sasl.mechanism,
    authenticationProvider: ({ saslAuthenticate }) => ({
      authenticate: () =>
        proveIdentity(sasl, async (bytes) => {
          const request = { encode: () => withLength(bytes) };
          const answered = await saslAuthenticate({ request, response: ANSWER });
          return answered instanceof Buffer ? answered : Buffer.alloc(0);
        }),
    }),
  };
}

/** kafkajs has lengths before the bytes, both ways. */
const ANSWER = {
  decode: (raw: Buffer): Buffer => raw.subarray(4),
  parse: (bytes: Buffer): Buffer => bytes,
};

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
