import { createHmac, randomBytes } from 'node:crypto';

/**
 * Signs what is sent over one connection to `/ingest`, for keys that were made to sign. A connection needs one of its own: a
 * session is good once, and at about the time it was made.
 */
export class FrameSigner {
  /** To be sent with the handshake, beside the key. */
  readonly headers: Readonly<Record<'meterpulse-session', string>>;
  readonly #secret: string;
  readonly #session: string;
  #sequence = 0;

  /** @param secret `ms_...`, as it came with the key. It is never sent. */
  constructor(secret: string) {
    this.#secret = secret;
    this.#session = `${Date.now()}.${randomBytes(24).toString('base64url')}`;
    this.headers = { 'meterpulse-session': this.#session };
  }

  /** The frame to send in place of `text`. In this order: the server takes no earlier one afterwards. */
  sign(text: string): string {
    const sequence = this.#sequence++;
    const input = `${this.#session}\n${sequence}\n${text}`;
    const signature = createHmac('sha256', this.#secret).update(input).digest('hex');
    return JSON.stringify({ sequence, signed: text, signature });
  }
}
