import { readBoundedFile, type FileText } from './read-bounded-file.js';

/** A bundle of all the CAs that browsers trust has a quarter of the first; 16 MiB list 300,000 certificates. */
const MAX_BYTES = { certificate: 1_048_576, 'private key': 1_048_576, 'revocation list': 16_777_216 };

export type PemKind = 'certificate' | 'private key' | 'revocation list';

const BEGINS: Readonly<Record<PemKind, RegExp>> = {
  certificate: /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/,
  'private key': /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/,
  'revocation list': /-----BEGIN X509 CRL-----/,
};

/** Certificates, a private key that no passphrase protects, or revocation lists, in PEM. */
export function readPemFile(path: string, kind: PemKind): FileText {
  const file = readBoundedFile(path, MAX_BYTES[kind]);
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
  return BEGINS[kind].test(file.text) ? file : { ok: false, why: `it has no ${kind} in PEM` };
}
