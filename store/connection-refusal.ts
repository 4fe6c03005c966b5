import { TLS_REFUSALS, tlsRefusalOf, tlsRemedy } from '../helpers/tls-refusals.js';

/** A server that is there and lets nobody in, or not us: what is wrong, and what to do. */
export interface ConnectionRefusal {
  readonly meaning: string;
  readonly remedy: string;
}

const PASSWORD: ConnectionRefusal = {
  meaning: 'it refuses the user or the password',
  remedy:
    'Correct them in DATABASE_URL, or in the file of DATABASE_URL_FILE or DATABASE_PASSWORD_FILE, which is read again for each connection.',
};
const NOT_ALLOWED: ConnectionRefusal = {
  meaning: 'it allows no such connection',
  remedy:
    'Where it demands TLS (`no encryption`), set sslmode=verify-full in the URL; where it demands a certificate, DATABASE_TLS_CERT_FILE and DATABASE_TLS_KEY_FILE; else see its pg_hba.conf.',
};
const FILE: ConnectionRefusal = {
  meaning: 'a file that the connection needs is not to be had',
  remedy: 'Look at the file: it is read for each connection, and taken as soon as it is right.',
};

/** undefined: the server, or the way to it, is gone, or it is something else altogether. */
export function connectionRefusalOf(error: unknown): ConnectionRefusal | undefined {
  if (!(error instanceof Error)) return undefined;
  switch ('code' in error ? error.code : '') {
    case '28P01':
      return PASSWORD;
    case '28000':
      return NOT_ALLOWED;
    case 'CONNECTION_FILE':
      return FILE;
    default: {
      const refusal = tlsRefusalOf(error);
      if (refusal === undefined) return undefined;
      return { meaning: TLS_REFUSALS[refusal].meaning, remedy: tlsRemedy(refusal, 'DATABASE') };
    }
  }
}
