import { postgresTlsMode } from '../helpers/postgres-tls-mode.js';
import type { Environment } from './schema.js';
import { tlsContradictions } from './tls-contradictions.js';

/** What each variable takes, and all together do not: one sentence each, with what to set instead. */
export function contradictions(values: Environment): string[] {
  return [
    ...ofMarks(values),
    ...ofAccess(values),
    ...ofDatabase(values),
    ...ofKafka(values),
    ...ofRetention(values),
    ...pairOf(values, 'TLS_CERT_FILE', 'TLS_KEY_FILE'),
    ...tlsContradictions(values),
  ];
}

/** The coarser is made of the finer, and has to be kept for as long. */
function ofRetention(values: Environment): string[] {
  const order = [
    'RETENTION_RAW_DAYS',
    'RETENTION_15M_DAYS',
    'RETENTION_1H_DAYS',
    'RETENTION_1D_DAYS',
  ] as const;
  return order.slice(1).flatMap((name, index) => {
    const finer = order[index] ?? 'RETENTION_RAW_DAYS';
    const [kept, keptFiner] = [values[name], values[finer]];
    if (kept === undefined) return [];
    if (keptFiner === undefined)
      return [`${name} is set without ${finer}, expected what is finer to go before`];
    const least = keptFiner + (index === 0 ? 7 : 0);
    return kept < least
      ? [`${name} is ${kept}, expected ${least} at least, for ${finer} is ${keptFiner}`]
      : [];
  });
}

function ofMarks({ GATEWAY_REFUSE_BYTES, GATEWAY_PAUSE_BYTES }: Environment): string[] {
  return GATEWAY_REFUSE_BYTES < GATEWAY_PAUSE_BYTES
    ? ['GATEWAY_REFUSE_BYTES is below GATEWAY_PAUSE_BYTES, expected it to be the higher mark']
    : [];
}

function ofAccess(values: Environment): string[] {
  const { AUTHENTICATION, CREDENTIALS_KEY, JWT_ISSUER } = values;
  const problems: string[] = [];
  if (AUTHENTICATION === 'required' && CREDENTIALS_KEY === undefined && JWT_ISSUER === undefined) {
    problems.push(
      'AUTHENTICATION is required, and there is nothing to show, expected CREDENTIALS_KEY (or CREDENTIALS_KEY_FILE), or JWT_ISSUER',
    );
  }
  if (JWT_ISSUER === undefined) {
    const without = (['JWT_AUDIENCE', 'JWT_JWKS_URL', 'JWT_KEYS_FILE', 'JWT_SITES_CLAIM'] as const).filter(
      (name) => values[name] !== undefined,
    );
    problems.push(...without.map((name) => `${name} is set without JWT_ISSUER, expected both or neither`));
    return problems;
  }
  if (values.JWT_AUDIENCE === undefined) {
    problems.push(
      'JWT_ISSUER is set without JWT_AUDIENCE, expected both: its tokens may be meant for others',
    );
  }
  const sources = [values.JWT_JWKS_URL, values.JWT_KEYS_FILE].filter((source) => source !== undefined);
  if (sources.length !== 1) {
    problems.push(
      `JWT_ISSUER is set with ${sources.length === 0 ? 'neither' : 'both'} of JWT_JWKS_URL and JWT_KEYS_FILE, expected one of them`,
    );
  }
  return problems;
}

const OF_DATABASE = [
  'DATABASE_USER',
  'DATABASE_PASSWORD',
  'DATABASE_TLS_CA_FILE',
  'DATABASE_TLS_CERT_FILE',
  'DATABASE_TLS_KEY_FILE',
] as const;

function ofDatabase(values: Environment): string[] {
  const { DATABASE_URL, DATABASE_USER, DATABASE_PASSWORD, DATABASE_READ_URLS = [] } = values;
  const problems: string[] = [];
  if (DATABASE_URL === undefined) {
    // Else an embedded database, or one that runs here, would be taken without a word. DATABASE_READ_URLS alone attaches.
    const given = OF_DATABASE.filter((name) => values[name] !== undefined);
    return given.map((name) => `${name} is set without DATABASE_URL, expected both or neither`);
  }
  if (DATABASE_USER !== undefined && hasUser(DATABASE_URL)) {
    problems.push('DATABASE_USER is set, and DATABASE_URL names a user, expected one of them');
  }
  if (DATABASE_PASSWORD !== undefined && hasPassword(DATABASE_URL)) {
    problems.push('DATABASE_PASSWORD is set, and DATABASE_URL has a password, expected one of them');
  }
  problems.push(...pairOf(values, 'DATABASE_TLS_CERT_FILE', 'DATABASE_TLS_KEY_FILE'));
  for (const [name, urls] of [
    ['DATABASE_URL', [DATABASE_URL]],
    ['DATABASE_READ_URLS', DATABASE_READ_URLS],
  ] as const) {
    problems.push(...new Set(urls.flatMap((url) => ofTls(name, url, values))));
  }
  return problems;
}

function ofTls(name: string, url: string, values: Environment): string[] {
  const parameters = new URL(url).searchParams;
  const mode = postgresTlsMode(parameters);
  const files = OF_DATABASE.filter((each) => each.endsWith('_FILE') && values[each] !== undefined);
  if (mode === 'off' && files.length > 0) {
    return [`${files.join(', ')} is set, and ${name} asks for no TLS, expected sslmode=verify-full in it`];
  }
  if (mode === 'ca' && values.DATABASE_TLS_CA_FILE === undefined && !parameters.has('sslrootcert')) {
    return [
      `${name} asks for sslmode=verify-ca without a CA, expected DATABASE_TLS_CA_FILE, or sslmode=verify-full`,
    ];
  }
  return [];
}

function hasUser(url: string): boolean {
  const { username, searchParams } = new URL(url);
  return username !== '' || searchParams.has('user');
}

function hasPassword(url: string): boolean {
  const { password, searchParams } = new URL(url);
  return password !== '' || searchParams.has('password');
}

function pairOf(values: Environment, one: keyof Environment, other: keyof Environment): string[] {
  const [has, lacks] = values[one] === undefined ? [other, one] : [one, other];
  return values[has] !== undefined && values[lacks] === undefined
    ? [`${has} is set without ${lacks}, expected both or neither`]
    : [];
}

const OF_TLS = [
  'KAFKA_TLS_CA_FILE',
  'KAFKA_TLS_CERT_FILE',
  'KAFKA_TLS_KEY_FILE',
  'KAFKA_TLS_SERVERNAME',
] as const;
const OF_SASL = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;

function ofKafka(values: Environment): string[] {
  const { KAFKA_BROKERS, KAFKA_SECURITY_PROTOCOL: protocol, KAFKA_SASL_MECHANISM: mechanism } = values;
  const given = (names: readonly (keyof Environment)[]): (keyof Environment)[] =>
    names.filter((name) => values[name] !== undefined);
  const tls = given(OF_TLS);
  const sasl = given(OF_SASL);
  if (KAFKA_BROKERS === undefined) {
    const without = [...(protocol === 'PLAINTEXT' ? [] : ['KAFKA_SECURITY_PROTOCOL']), ...tls, ...sasl];
    return without.map((name) => `${name} is set without KAFKA_BROKERS, expected both or neither`);
  }
  const problems = pairOf(values, 'KAFKA_TLS_CERT_FILE', 'KAFKA_TLS_KEY_FILE');
  const isTls = protocol === 'SSL' || protocol === 'SASL_SSL';
  const isSasl = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
  if (!isTls && tls.length > 0) {
    const remedy = isSasl || sasl.length > 0 ? 'SASL_SSL' : 'SSL';
    problems.push(`${tls.join(', ')} is set, and KAFKA_SECURITY_PROTOCOL is ${protocol}, expected ${remedy}`);
  }
  if (!isSasl && sasl.length > 0) {
    problems.push(`${sasl.join(', ')} is set, and KAFKA_SECURITY_PROTOCOL is ${protocol}, expected SASL_SSL`);
  }
  if (isSasl) {
    const missing = OF_SASL.filter((name) => values[name] === undefined);
    problems.push(
      ...missing.map((name) => `${name} is not set, expected it with KAFKA_SECURITY_PROTOCOL=${protocol}`),
    );
  }
  if (
    protocol === 'SASL_PLAINTEXT' &&
    mechanism === 'PLAIN' &&
    values.KAFKA_SASL_PLAIN_WITHOUT_TLS === 'false'
  ) {
    problems.push(
      'KAFKA_SASL_MECHANISM is PLAIN without TLS, which shows the password to whoever is on the way, expected KAFKA_SECURITY_PROTOCOL=SASL_SSL, a SCRAM mechanism, or KAFKA_SASL_PLAIN_WITHOUT_TLS=true',
    );
  }
  return problems;
}
