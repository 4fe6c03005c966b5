import { availableParallelism } from 'node:os';
import { MeterpulseError } from '../helpers/meterpulse-error.js';
import { isLoopback } from './access-variables.js';
import { contradictions } from './contradictions.js';
import { environmentSchema, type Environment } from './schema.js';
import { readNamedFile, withSecretFiles, type ReadFile } from './secret-files.js';
import { isSecret } from './secret-variables.js';
import type { TlsMode } from './tls-variables.js';

/** The validated environment, with the defaults that depend on other variables filled in. Frozen. */
export interface Config extends Readonly<Environment> {
  readonly AUTHENTICATION: 'open' | 'required';
  readonly GATEWAY_PROCESSES: number;
  readonly UNKNOWN_CHARGE_POINTS: 'register' | 'hold' | 'refuse';
  readonly LOG_FORMAT: 'json' | 'pretty';
  readonly GATEWAY_TLS: TlsMode;
  readonly API_TLS: TlsMode;
  readonly LIVE_TLS: TlsMode;
  readonly ADMIN_TLS: TlsMode;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Variables that look like ours and are not; to be logged. */
  readonly warnings: readonly string[];
}

/**
 * Reads and validates the environment, and the files that it names. Throws CONFIG_INVALID naming every variable at fault and
 * what it should be; neither shows a secret.
 *
 * @param readFile for what has no files: reads, or stands in for, the file that a variable names.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  terminal: boolean = process.stdout.isTTY,
  readFile: ReadFile = readNamedFile,
): LoadedConfig {
  // An empty variable is an unset one: that is what `FOO= command` and empty manifest values mean.
  const given = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
  const { misspelt, warnings } = unknownNames(Object.keys(given));
  const { values, problems: ofFiles } = withSecretFiles(given, readFile);
  const parsed = environmentSchema.safeParse(values);
  const problems = [...misspelt, ...ofFiles];
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      problems.push(
        `${name} is ${quote(name, values[name] ?? '')}${origin(name, given)}, expected ${issue.message}`,
      );
    }
  } else if (ofFiles.length === 0) problems.push(...contradictions(parsed.data));
  if (problems.length > 0 || !parsed.success) {
    throw new MeterpulseError('CONFIG_INVALID', `The configuration is not valid: ${problems.join('; ')}.`);
  }
  return { config: Object.freeze(withDerivedDefaults(parsed.data, terminal)), warnings };
}

function withDerivedDefaults(values: Environment, terminal: boolean): Config {
  const { HOST, CREDENTIALS_KEY, JWT_ISSUER } = values;
  const asksWho = CREDENTIALS_KEY !== undefined || JWT_ISSUER !== undefined;
  const tls: TlsMode = values.TLS_CERT_FILE === undefined ? 'off' : 'on';
  return {
    ...values,
    AUTHENTICATION: values.AUTHENTICATION ?? (asksWho || !isLoopback(HOST) ? 'required' : 'open'),
    GATEWAY_PROCESSES: values.GATEWAY_PROCESSES ?? availableParallelism(),
    UNKNOWN_CHARGE_POINTS: values.UNKNOWN_CHARGE_POINTS ?? (isLoopback(HOST) ? 'register' : 'refuse'),
    LOG_FORMAT: values.LOG_FORMAT ?? (terminal ? 'pretty' : 'json'),
    GATEWAY_TLS: values.GATEWAY_TLS ?? tls,
    API_TLS: values.API_TLS ?? tls,
    LIVE_TLS: values.LIVE_TLS ?? tls,
    ADMIN_TLS: values.ADMIN_TLS ?? tls,
  };
}

/** Never echo what may be a secret: a DATABASE_URL carries a password. */
function quote(name: string, value: string): string {
  if (name.includes('URL') || isSecret(name)) return 'not valid';
  return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
}

/** Where a value that is at fault stands, when it is not in the variable itself. */
function origin(name: string, given: Readonly<Record<string, string>>): string {
  return isSecret(name) && given[name] === undefined ? ` (the file of ${name}_FILE)` : '';
}

const KNOWN = Object.keys(environmentSchema.shape);
const PREFIXES = [
  'ACCOUNTING_',
  'AUDIT_',
  'BATCH_',
  'COMMAND_',
  'COMPACT_',
  'CREDENTIALS_',
  'DASHBOARD_',
  'DATA_KEYS',
  'FEED_',
  'GATEWAY_',
  'INBOX_',
  'JWT_',
  'KAFKA_',
  'LIMIT_',
  'LIVE_',
  'OCPP_',
  'PARTITIONS_',
  'READING_',
  'RETENTION_',
  'ROLLUP_',
  'TLS_',
  'VEE_',
  'WORKER_',
  'DATABASE_',
];
/** What Kubernetes sets for each Service in a namespace (service links). */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT|PORT_\d+_(TCP|UDP))(_|$)/;

function unknownNames(names: readonly string[]): { misspelt: string[]; warnings: string[] } {
  const misspelt: string[] = [];
  const warnings: string[] = [];
  for (const name of names) {
    if (KNOWN.includes(name) || SERVICE_LINK.test(name)) continue;
    const meant = KNOWN.find((known) => isNear(name.toUpperCase(), known));
    if (meant !== undefined) misspelt.push(`${name} is unknown, did you mean ${meant}?`);
    else if (PREFIXES.some((prefix) => name.startsWith(prefix)))
      warnings.push(`${name} is set, and meterpulse knows no such variable`);
  }
  return { misspelt, warnings };
}

/** One letter more, less or other, or two neighbours swapped. Short names differ by chance (`HOST`, `POST`), so never them. */
function isNear(name: string, known: string): boolean {
  if (name === known) return true;
  if (known.length < 8 || Math.abs(name.length - known.length) > 1) return false;
  let start = 0;
  while (start < name.length && name[start] === known[start]) start++;
  const rest = (text: string, skip: number): string => text.slice(start + skip);
  return (
    rest(name, 1) === rest(known, 1) ||
    rest(name, 1) === rest(known, 0) ||
    rest(name, 0) === rest(known, 1) ||
    (name[start] === known[start + 1] && name[start + 1] === known[start] && rest(name, 2) === rest(known, 2))
  );
}
