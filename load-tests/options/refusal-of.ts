import type { CredentialFiles } from '../../client/transport/credential-files.js';

/** What is knocked at: `/ocpp/{id}`, `/ingest`, `/live`, or the REST API. */
export type Door = 'gateway' | 'ingest' | 'live' | 'api';

const CREATE = 'meterpulse credentials';

const SCOPES = {
  ingest: 'readings:write',
  live: 'readings:read',
  api: 'readings:read',
} as const satisfies Record<Exclude<Door, 'gateway'>, string>;

const LACKS = {
  ingest: 'send readings',
  live: 'hear of readings',
  api: 'ask for figures of all sites',
} as const satisfies Record<Exclude<Door, 'gateway'>, string>;

/** Why a door stays shut for whom it doesn't know, or not well enough, and what helps; null: the status says something else. */
export function refusalOf(
  door: Door,
  status: number,
  { keyFile, passwordsFile }: CredentialFiles,
): string | null {
  if (door === 'gateway') {
    if (status !== 401) return null;
    return passwordsFile === undefined
      ? 'asks charge points for passwords (401): give --passwords-file; --list-charge-points prints the ids that need one'
      : `doesn't take the password in ${passwordsFile} (401): make them anew by \`${CREATE} charge-point create\`, with its CREDENTIALS_KEY`;
  }
  const scope = SCOPES[door];
  const where = door === 'ingest' ? ' on /ingest' : '';
  const create = `\`${CREATE} key create --name load --scope ${scope}\``;
  if (status === 401) {
    return keyFile === undefined
      ? `asks for a key${where} (401): give --key-file, with one made by ${create}`
      : `doesn't take the key or token in ${keyFile}${where} (401): it is unknown, has ended, or was revoked; make one by ${create}`;
  }
  if (status !== 403) return null;
  return keyFile === undefined
    ? null
    : `doesn't let the holder of the key or token in ${keyFile} ${LACKS[door]}${where} (403): it takes the scope ${scope}, of all sites; make one by ${create}`;
}

/** Of certificates that nobody vouches for. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Why nothing answered, with what helps where that is known. */
export function remedyOfFailure(error: NodeJS.ErrnoException): string {
  const reason = error.message.trim();
  return UNTRUSTED.has(error.code ?? '')
    ? `${reason}: give --ca-file, with the certificate of the authority that signed its own`
    : reason;
}
