import { isLoopback } from './access-variables.js';
import type { Config } from './config.js';

/** What is looked at of the configuration. */
export type Exposed = Pick<
  Config,
  'HOST' | 'AUTHENTICATION' | 'CREDENTIALS_KEY' | 'JWT_ISSUER' | 'TLS_ENDS_BEFORE_ME' | Listener
>;

type Listener = 'GATEWAY_TLS' | 'API_TLS' | 'LIVE_TLS';

/** The ports that charge points, people and programs come to, by the role that has them. Others have none. */
const LISTENERS: Readonly<Record<string, readonly Listener[]>> = {
  all: ['GATEWAY_TLS', 'API_TLS', 'LIVE_TLS'],
  dev: ['GATEWAY_TLS', 'API_TLS', 'LIVE_TLS'],
  demo: ['GATEWAY_TLS', 'API_TLS', 'LIVE_TLS'],
  gateway: ['GATEWAY_TLS'],
  'gateway-process': ['GATEWAY_TLS'],
  api: ['API_TLS'],
  live: ['LIVE_TLS'],
};

/**
 * Why a role that others can reach must not start: anybody would be let in, or secrets would go over the network as they
 * are. One sentence each, with what to set. None on a loopback address, where nobody else is.
 */
export function exposureFaults(config: Exposed, role: string): string[] {
  const { HOST, AUTHENTICATION, CREDENTIALS_KEY, JWT_ISSUER } = config;
  const listeners = LISTENERS[role] ?? [];
  if (isLoopback(HOST) || listeners.length === 0) return [];
  const faults: string[] = [];
  const reached = `HOST is '${HOST}', which others can reach`;
  if (AUTHENTICATION === 'open') {
    faults.push(`${reached}, and AUTHENTICATION is open, expected required, or HOST=127.0.0.1`);
  } else if (CREDENTIALS_KEY === undefined && JWT_ISSUER === undefined) {
    faults.push(
      `${reached}, and nobody can show who they are, expected CREDENTIALS_KEY_FILE (or CREDENTIALS_KEY) with what \`openssl rand -hex 32\` prints, or JWT_ISSUER, or HOST=127.0.0.1`,
    );
  }
  const plain = listeners.filter((listener) => config[listener] === 'off');
  if (config.TLS_ENDS_BEFORE_ME === 'false' && plain.length > 0) {
    faults.push(
      `${reached}, and ${plain.join(', ')} is off, expected TLS_CERT_FILE and TLS_KEY_FILE, or TLS_ENDS_BEFORE_ME=true where an ingress, a load balancer or a mesh ends TLS in front of it, or HOST=127.0.0.1`,
    );
  }
  return faults;
}
