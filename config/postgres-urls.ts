import { z } from 'zod';
import { postgresTlsMode, SSL_MODES } from '../helpers/postgres-tls-mode.js';
import { listed } from './listed.js';

const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);

const hasKnownMode = (url: string): boolean => postgresTlsMode(new URL(url).searchParams) !== null;
const KNOWN_MODES = `sslmode to be ${SSL_MODES.slice(0, -1).join(', ')} or ${SSL_MODES.at(-1) ?? ''}, where it is given`;

export const postgresUrl = () =>
  z
    .string()
    .refine(isPostgresUrl, {
      error: 'a URL such as postgres://user:password@host:5432/database',
      abort: true,
    })
    .refine(hasKnownMode, { error: KNOWN_MODES });

/** A server is known by its host and port in logs and metrics, so each may stand there once. */
export const postgresUrls = () =>
  listed()
    .refine((list) => list.length > 0 && list.every(isPostgresUrl), {
      error: 'URLs such as postgres://user:password@host:5432/database, separated by commas',
      abort: true,
    })
    .refine((list) => list.every(hasKnownMode), { error: KNOWN_MODES, abort: true })
    .refine((list) => new Set(list.map(hostPortOf)).size === list.length, {
      error: 'each host and port once',
    });

/** Of a PostgreSQL URL, to show it without its password. */
export function hostPortOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname || 'localhost'}:${port || '5432'}`;
}
