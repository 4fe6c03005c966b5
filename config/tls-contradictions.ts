import type { Environment } from './schema.js';

const MODES = ['GATEWAY_TLS', 'API_TLS', 'LIVE_TLS', 'ADMIN_TLS'] as const;

/** What the variables of listeners' TLS say against each other, each as a part of a sentence. */
export function tlsContradictions(values: Environment): string[] {
  const {
    TLS_CERT_FILE: cert,
    TLS_CLIENT_CA_FILE: ca,
    TLS_CLIENT_CRL_FILE: crl,
    GATEWAY_PLAIN_PORT: plain,
    GATEWAY_MUTUAL_TLS_PORT: mutualPort,
  } = values;
  const problems: string[] = [];
  const speaking = MODES.filter((name) => (values[name] ?? 'off') !== 'off').map(
    (name) => `${name} is ${values[name] ?? ''}`,
  );
  const mutual: string[] = MODES.filter((name) => values[name] === 'mutual').map(
    (name) => `${name} is mutual`,
  );
  if (mutualPort !== undefined) {
    speaking.push('GATEWAY_MUTUAL_TLS_PORT is set');
    mutual.push('GATEWAY_MUTUAL_TLS_PORT is set');
  }
  if (cert === undefined) {
    problems.push(...speaking.map((what) => `${what} without TLS_CERT_FILE, expected both or neither`));
  }
  if (ca === undefined) {
    problems.push(...mutual.map((what) => `${what} without TLS_CLIENT_CA_FILE, expected both or neither`));
    if (crl !== undefined) {
      problems.push('TLS_CLIENT_CRL_FILE is set without TLS_CLIENT_CA_FILE, expected both or neither');
    }
  } else if (mutual.length === 0) {
    problems.push(
      'TLS_CLIENT_CA_FILE is set, and no listener asks for certificates of clients, expected GATEWAY_TLS=mutual, GATEWAY_MUTUAL_TLS_PORT, or mutual for another one',
    );
  }
  const mode = values.GATEWAY_TLS ?? (cert === undefined ? 'off' : 'on');
  if (plain !== undefined && mode === 'off') {
    problems.push(
      'GATEWAY_PLAIN_PORT is set, and GATEWAY_PORT speaks no TLS either, expected TLS_CERT_FILE with it',
    );
  }
  if (mutualPort !== undefined && mode === 'mutual') {
    problems.push('GATEWAY_MUTUAL_TLS_PORT is set, and GATEWAY_TLS is mutual already, expected one of them');
  }
  return problems;
}
