import type { KafkaSasl } from './kafka-security.js';
import { scram } from './scram.js';

/** Hands bytes of a SASL mechanism to the broker; resolves with its answer, rejects when it refuses. */
export type SendSasl = (bytes: Buffer) => Promise<Buffer>;

/** The messages of a SASL mechanism, whoever carries them. Rejects when the broker refuses, or is not who it should be. */
export async function proveIdentity(
  { mechanism, username, password }: KafkaSasl,
  send: SendSasl,
): Promise<void> {
  const secret = password();
  if (mechanism === 'PLAIN') {
    await send(Buffer.from(`\0${username}\0${secret}`));
    return;
  }
  const digest = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
  await scram({ digest, username, password: secret }, async (message) =>
    (await send(Buffer.from(message))).toString(),
  );
}
