import { resolve } from 'node:path';
import type { Config } from '../../config/config.js';

/**
 * A URL as `store` takes it (`connectionSettings`): what stands in files is named, not copied, since it is read again for each
 * connection. So what roles tell one another, and keep in `running.json`, goes on being true when a password changes.
 */
export function databaseUrl(config: Config, url: string): string {
  return withFiles(config, url, 'urlfile', config.DATABASE_URL_FILE);
}

/** The same of each of DATABASE_READ_URLS; undefined when it is unset. */
export function databaseReadUrls(config: Config): string[] | undefined {
  return config.DATABASE_READ_URLS?.map((url) =>
    withFiles(config, url, 'urlsfile', config.DATABASE_READ_URLS_FILE),
  );
}

function withFiles(
  config: Config,
  text: string,
  parameter: 'urlfile' | 'urlsfile',
  file: string | undefined,
): string {
  const url = new URL(text);
  const before = url.href;
  const name = (each: string, path: string | undefined): void => {
    if (path !== undefined && !url.searchParams.has(each)) url.searchParams.set(each, resolve(path));
  };
  const hasPassword = url.password !== '' || url.searchParams.has('password');
  if (url.username === '' && !url.searchParams.has('user') && config.DATABASE_USER !== undefined) {
    url.username = encodeURIComponent(config.DATABASE_USER);
  }
  if (file !== undefined) {
    url.password = '';
    url.searchParams.delete('password');
    name(parameter, file);
  }
  if (!hasPassword && config.DATABASE_PASSWORD !== undefined) {
    if (config.DATABASE_PASSWORD_FILE !== undefined) name('passwordfile', config.DATABASE_PASSWORD_FILE);
    else url.password = encodeURIComponent(config.DATABASE_PASSWORD);
  }
  name('sslrootcert', config.DATABASE_TLS_CA_FILE);
  name('sslcert', config.DATABASE_TLS_CERT_FILE);
  name('sslkey', config.DATABASE_TLS_KEY_FILE);
  return url.href === before ? text : url.href;
}
