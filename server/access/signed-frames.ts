import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { areSame } from './secrets.js';

export type OpenedFrame =
  | { readonly ok: true; readonly text: string }
  /** Why it is not taken; nothing in it is a secret. */
  | { readonly ok: false; readonly why: string };

const frame = z.strictObject({
  sequence: z.int().min(0),
  signed: z.string(),
  signature: z.string().regex(/^[0-9a-f]{64}$/i),
});

/**
 * The frames of one socket whose sender signs them:
 *
 *     { "sequence": 0, "signed": "TEXT", "signature": "64 hexadecimal digits" }
 *     signature = HMAC-SHA-256(secret, session "\n" sequence "\n" TEXT)
 *
 * TEXT is the frame as it would be sent without a signature. A frame of another session, or one that was sent before in this
 * one, is refused: sequences rise.
 */
export class SignedFrames {
  private last = -1;

  /** @param secrets that the sender may have: it signs by one of them from the first frame on. */
  constructor(
    private secrets: readonly string[],
    private readonly session: string,
  ) {}

  open(text: string): OpenedFrame {
    const read = frame.safeParse(parsed(text));
    if (!read.success) {
      return { ok: false, why: 'a frame is an object with sequence, signed and signature, and nothing else' };
    }
    const { sequence, signed, signature } = read.data;
    const secret = this.secrets.find((each) =>
      areSame(signatureOf(each, this.session, sequence, signed), Buffer.from(signature, 'hex')),
    );
    if (secret === undefined) {
      return { ok: false, why: 'the signature is not that of this session, sequence and text' };
    }
    if (sequence <= this.last) {
      return { ok: false, why: `sequence ${sequence} does not rise: the last one was ${this.last}` };
    }
    this.last = sequence;
    if (this.secrets.length > 1) this.secrets = [secret];
    return { ok: true, text: signed };
  }
}

export function signatureOf(secret: string, session: string, sequence: number, text: string): Buffer {
  return createHmac('sha256', secret).update(`${session}\n${sequence}\n${text}`).digest();
}

/** `MILLISECONDS.RANDOM`: when it begins, by the sender's clock, and what nobody can guess; null: it is none. */
export function sessionBegin(session: string): number | null {
  const begin = /^(\d{13})\.[\w-]{22,64}$/.exec(session)?.[1];
  return begin === undefined ? null : Number(begin);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
