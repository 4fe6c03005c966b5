import { z } from 'zod';
import { listed } from './listed.js';

const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);

export const postgresUrl = () =>
  z.string().refine(isPostgresUrl, {
    error: 'a URL such as postgres://user:password@host:5432/database',
  });

/** A server is known by its host and port in logs and metrics, so each may stand there once. */
export const postgresUrls = () =>
  listed()
    .refine((list) => list.length > 0 && list.every(isPostgresUrl), {
      error: 'URLs such as postgres://user:password@host:5432/database, separated by commas',
      abort: true,
    })
    .refine((list) => new Set(list.map(hostPortOf)).size === list.length, {
      error: 'each host and port once',
    });

/** Of a PostgreSQL URL, to show it without its password. */
export function hostPortOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname || 'localhost'}:${port || '5432'}`;
}
