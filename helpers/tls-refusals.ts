/** Why a TLS connection to a server doesn't come about, each with what to do; `{name}` stands for `KAFKA` or `DATABASE`. */
export const TLS_REFUSALS = {
  unknown_ca: {
    meaning: 'its certificate is signed by a CA that is not trusted here',
    remedy: 'Name the certificate of that CA by {name}_TLS_CA_FILE.',
  },
  expired: {
    meaning: 'its certificate has expired',
    remedy: 'Renew the certificate of the server, or correct the clock of this machine.',
  },
  not_yet_valid: {
    meaning: 'its certificate is not valid yet',
    remedy: 'Correct the clock of this machine, or the certificate of the server.',
  },
  other_name: {
    meaning: 'its certificate is of another name than it was asked for by',
    remedy:
      'Use the name that stands in the certificate, or have the certificate name this one. {serverName}',
  },
  no_tls: {
    meaning: 'it does not speak TLS there',
    remedy: 'Name a port that does, or switch TLS on in the server. {noTls}',
  },
  certificate_demanded: {
    meaning: 'it demands a certificate of its client',
    remedy: 'Give one by {name}_TLS_CERT_FILE and {name}_TLS_KEY_FILE.',
  },
  certificate_refused: {
    meaning: "it refuses this client's certificate, or demands one",
    remedy:
      'Give {name}_TLS_CERT_FILE and {name}_TLS_KEY_FILE, in time and signed by a CA that the server trusts; its own log says more.',
  },
  key_mismatch: {
    meaning: "the certificate given for this client isn't that of the key",
    remedy: 'Give {name}_TLS_CERT_FILE and {name}_TLS_KEY_FILE that belong together.',
  },
  no_common_version: {
    meaning: 'it has no version of TLS, or no cipher, that this client takes',
    remedy: 'Let the server offer TLS 1.2 or 1.3.',
  },
} as const;

export type TlsRefusal = keyof typeof TLS_REFUSALS;

/** What only one of the two servers has a remedy for. */
const OF_ONE = {
  KAFKA: {
    '{serverName}': 'KAFKA_TLS_SERVERNAME sets another name to check.',
    '{noTls}': 'KAFKA_SECURITY_PROTOCOL says what to speak.',
  },
  DATABASE: { '{serverName}': '', '{noTls}': "`sslmode` in the database's URL says what to speak." },
} as const;

const CODES: Readonly<Record<string, TlsRefusal>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown_ca',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'unknown_ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown_ca',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown_ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown_ca',
  CERT_SIGNATURE_FAILURE: 'unknown_ca',
  CERT_UNTRUSTED: 'unknown_ca',
  INVALID_CA: 'unknown_ca',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not_yet_valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other_name',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'key_mismatch',
};

/** OpenSSL's own words: of what comes as an alert from the other side, they are all there is. */
const MESSAGES: readonly (readonly [RegExp, TlsRefusal])[] = [
  [/certificate required/i, 'certificate_demanded'],
  [
    /alert (bad|unknown|unsupported) c|alert certificate|alert decrypt|alert access denied/i,
    'certificate_refused',
  ],
  [/wrong version number|packet length too long|does not support SSL connections/i, 'no_tls'],
  [/unsupported protocol|alert protocol version|handshake failure|no shared cipher/i, 'no_common_version'],
  [/key values mismatch/i, 'key_mismatch'],
];

/** Why TLS failed, as far as the error is one of TLS; looks into what caused it too. */
export function tlsRefusalOf(error: unknown): TlsRefusal | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 10; each = each.cause, depth++) {
    const code = 'code' in each && typeof each.code === 'string' ? CODES[each.code] : undefined;
    if (code !== undefined) return code;
    const { message } = each;
    const found = MESSAGES.find(([pattern]) => pattern.test(message));
    if (found !== undefined) return found[1];
  }
  return undefined;
}

export function tlsRemedy(refusal: TlsRefusal, name: 'KAFKA' | 'DATABASE'): string {
  let text: string = TLS_REFUSALS[refusal].remedy;
  for (const [mark, own] of Object.entries(OF_ONE[name])) text = text.replace(mark, own);
  return text.replaceAll('{name}', name).trim();
}
