import { isLoopback } from './access-variables.js';
import type { Config } from './config.js';

/** Of what says who may come in, and how: as much as is looked at here. */
export type Exposed = Pick<
  Config,
  'HOST' | 'AUTHENTICATION' | 'CREDENTIALS_KEY' | 'JWT_ISSUER' | 'TLS_ENDS_BEFORE_ME'
>;

/**
 * Why a role that others can reach must not start: anybody would be let in, or secrets would go over the network as they
 * are. One sentence each, with what to set. None on a loopback address, where nobody else is.
 */
export function exposureFaults(config: Exposed): string[] {
  const { HOST, AUTHENTICATION, CREDENTIALS_KEY, JWT_ISSUER } = config;
  if (isLoopback(HOST)) return [];
  const faults: string[] = [];
  const reached = `HOST is '${HOST}', which others can reach`;
  if (AUTHENTICATION === 'open') {
    faults.push(`${reached}, and AUTHENTICATION is open, expected required, or HOST=127.0.0.1`);
  } else if (CREDENTIALS_KEY === undefined && JWT_ISSUER === undefined) {
    faults.push(
      `${reached}, and nobody can show who they are, expected CREDENTIALS_KEY_FILE (or CREDENTIALS_KEY) with what \`openssl rand -hex 32\` prints, or JWT_ISSUER, or HOST=127.0.0.1`,
    );
  }
  if (config.TLS_ENDS_BEFORE_ME === 'false') {
    faults.push(
      `${reached}, and what is said to it is not encrypted, expected TLS_ENDS_BEFORE_ME=true where an ingress, a load balancer or a mesh ends TLS in front of it, or HOST=127.0.0.1`,
    );
  }
  return faults;
}
