import { readBoundedFile, type FileText } from './read-bounded-file.js';

/** A bundle of all the CAs that browsers trust has a quarter of it. */
const MAX_BYTES = 1_048_576;

export type PemKind = 'certificate' | 'private key';

/** Certificates, or a private key that no passphrase protects, in PEM. */
export function readPemFile(path: string, kind: PemKind): FileText {
  const file = readBoundedFile(path, MAX_BYTES);
  if (!file.ok) return file;
  if (
    kind === 'private key' &&
    /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(file.text)
  ) {
    return {
      ok: false,
      why: 'its key is encrypted, and no passphrase can be given (`openssl pkey` takes it off)',
    };
  }
  const begins =
    kind === 'certificate'
      ? /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/
      : /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/;
  return begins.test(file.text) ? file : { ok: false, why: `it has no ${kind} in PEM` };
}
