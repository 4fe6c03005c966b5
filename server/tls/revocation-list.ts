/** What a certificate revocation list (RFC 5280, section 5) says, as far as it is needed beside OpenSSL, which has judged it. */
export interface RevocationList {
  /** Serial numbers, as Node writes them: upper-case hexadecimal digits, no sign. */
  readonly serials: ReadonlySet<string>;
  /** When the next list has to be there, ms since 1970; null: it doesn't say. */
  readonly nextUpdate: number | null;
}

interface Value {
  readonly tag: number;
  readonly bytes: Buffer;
}

const INTEGER = 0x02;
const SEQUENCE = 0x30;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/**
 * Reads a list in DER:
 *
 *     CertificateList ::= SEQUENCE { tbsCertList SEQUENCE {
 *         version INTEGER OPTIONAL, signature SEQUENCE, issuer SEQUENCE, thisUpdate Time, nextUpdate Time OPTIONAL,
 *         revokedCertificates SEQUENCE OF SEQUENCE { userCertificate INTEGER, ... } OPTIONAL, ... }, ... }
 *
 * By hand, since a library makes an object of each value: of a list of 100,000 it stops the event loop for seconds.
 * Throws RangeError when it is none.
 */
export function readRevocationList(der: Buffer): RevocationList {
  const fields = valuesOf(first(first(der, SEQUENCE).bytes, SEQUENCE).bytes);
  const times = fields.filter(({ tag }) => tag === UTC_TIME || tag === GENERALIZED_TIME);
  const lastTime = fields.findLastIndex(({ tag }) => tag === UTC_TIME || tag === GENERALIZED_TIME);
  const revoked = fields[lastTime + 1];
  const serials = new Set<string>();
  if (revoked?.tag === SEQUENCE) {
    for (const entry of valuesOf(revoked.bytes)) serials.add(serialOf(first(entry.bytes, INTEGER).bytes));
  }
  const next = times[1];
  return { serials, nextUpdate: next === undefined ? null : timeOf(next) };
}

function serialOf(bytes: Buffer): string {
  return bytes
    .toString('hex')
    .toUpperCase()
    .replace(/^(00)+(?=.)/, '');
}

/** RFC 5280: UTCTime is `YYMMDDHHMMSSZ`, of 1950 to 2049; GeneralizedTime `YYYYMMDDHHMMSSZ`. */
function timeOf({ tag, bytes }: Value): number {
  const text = bytes.toString('latin1');
  const century = tag === GENERALIZED_TIME ? '' : Number(text.slice(0, 2)) < 50 ? '20' : '19';
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(`${century}${text}`);
  if (parts === null) throw new RangeError(`a time of a revocation list is '${text.slice(0, 20)}'`);
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function first(bytes: Buffer, tag: number): Value {
  const value = valueAt(bytes, 0).value;
  if (value.tag !== tag) throw new RangeError('it is no revocation list');
  return value;
}

function valuesOf(bytes: Buffer): Value[] {
  const values: Value[] = [];
  for (let at = 0; at < bytes.length;) {
    const { value, end } = valueAt(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
}

/** One value of DER: its tag, its length (in one byte, or in as many as the first one says), its bytes. */
function valueAt(bytes: Buffer, at: number): { value: Value; end: number } {
  const tag = byteAt(bytes, at);
  const short = byteAt(bytes, at + 1);
  const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
  if (lengthBytes > 4) throw new RangeError('it is no revocation list: a length is too long');
  let length = lengthBytes === 0 ? short : 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + byteAt(bytes, at + 2 + i);
  const begin = at + 2 + lengthBytes;
  const end = begin + length;
  if (end > bytes.length) throw new RangeError('it is no revocation list: it ends too early');
  return { value: { tag, bytes: bytes.subarray(begin, end) }, end };
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError('it is no revocation list: it ends too early');
  return byte;
}
