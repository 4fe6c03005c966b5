import { isIP } from 'node:net';

/** Localhost, by whatever port, and what browsers take for it. */
const LOCAL = /^(.+\.)?localhost$/;

/**
 * Whether a process where nobody has to show who they are may be asked by this name. A page of elsewhere can have its own name lead to
 * this machine (DNS rebinding): then browsers take both for one place, and let the page read and send as it likes. The name is
 * what gives it away. An address is none: it leads where it says.
 *
 * @param host the header; undefined: there is none, as of no browser.
 * @param others names beside localhost that are this process' own; `*` any.
 */
export function isAllowedHost(host: string | undefined, others: readonly string[]): boolean {
  if (host === undefined || others.includes('*')) return true;
  const url = `http://${host}`;
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  const isAddress = isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
  return isAddress || LOCAL.test(hostname) || others.includes(hostname);
}
