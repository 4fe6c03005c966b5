import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * What is kept of secrets: HMAC-SHA-256 under a key that is not in the database. They are random and long (160 bits and
 * more), so that nothing is gained by a hash that is slow on purpose: nobody goes through 2^160 of them, and 50,000 charge
 * points that come back at once cost microseconds each.
 */
export class SecretHash {
  /** Under this key and those before it: what was made under any of them is known. */
  readonly all: readonly SecretHash[];

  /** @param former keys under which nothing is made any more. */
  constructor(
    private readonly key: Buffer,
    former: readonly Buffer[] = [],
  ) {
    this.all = [this, ...former.map((earlier) => new SecretHash(earlier))];
  }

  /** Of an access key. */
  ofKey(key: string): Buffer {
    return this.hash('key', '', Buffer.from(key));
  }

  /** Of a charge point's password; another one's hash for the same password is another. */
  ofPassword(chargePointId: string, password: Buffer): Buffer {
    return this.hash('password', chargePointId, password);
  }

  /** With what the holder of a key signs: made from its id, so that nothing of it is kept anywhere. */
  signingSecret(keyId: string): string {
    return `ms_${this.hash('signing', keyId, Buffer.alloc(0)).toString('base64url')}`;
  }

  private hash(purpose: string, owner: string, secret: Buffer): Buffer {
    // Lengths first: what is hashed can be read in one way only.
    const head = `${purpose}:${Buffer.byteLength(owner)}:${owner}:`;
    return createHmac('sha256', this.key).update(head).update(secret).digest();
  }
}

/** Takes as long whether they differ or not. */
export function areSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

const ID_ALPHABET = '0123456789abcdefghijkmnpqrstuvwxyz';
const ID_LENGTH = 12;
const KEY = /^mp_([0-9a-z]{12})_[\w-]{43}$/;

/** `mp_`, its id, and 256 random bits: scanners of repositories can know it, and lists can name it. */
export function newAccessKey(): { readonly id: string; readonly key: string } {
  // A byte that would favour the first letters is left out.
  const fair = 256 - (256 % ID_ALPHABET.length);
  let id = '';
  while (id.length < ID_LENGTH) {
    for (const byte of randomBytes(ID_LENGTH * 2)) {
      if (byte < fair && id.length < ID_LENGTH) id += ID_ALPHABET.charAt(byte % ID_ALPHABET.length);
    }
  }
  return { id, key: `mp_${id}_${randomBytes(32).toString('base64url')}` };
}

/** null: the text is no access key. */
export function idOfAccessKey(text: string): string | null {
  return KEY.exec(text)?.[1] ?? null;
}

/**
 * 160 random bits as 40 hexadecimal digits: what OCPP takes as an AuthorizationKey (security whitepaper of 1.6, A00.FR.205)
 * and as a BasicAuthPassword (2.0.1: 16 to 40 characters).
 */
export function newChargePointPassword(): string {
  return randomBytes(20).toString('hex');
}
