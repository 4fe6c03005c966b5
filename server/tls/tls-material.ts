import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { readPemFile, type PemKind } from '../../helpers/read-pem-file.js';
import type { TlsFiles } from './listener-tls.js';
import { readRevocationList } from './revocation-list.js';

/** What the files of a listener's TLS hold, fit to be used. */
export interface TlsMaterial {
  readonly options: SecureContextOptions;
  /** Serial numbers of clients' certificates that were taken back. */
  readonly revoked: ReadonlySet<string>;
  /** When the first of each file ends, ms since 1970. */
  readonly expires: Readonly<Record<string, number>>;
}

export type TlsRead =
  { readonly ok: true; readonly material: TlsMaterial } | { readonly ok: false; readonly why: string };

/** Reads all files, and tries whether they fit together. Never throws; what is wrong names the file and not its content. */
export function readTlsMaterial(files: TlsFiles): TlsRead {
  const { certFile, keyFile, clients } = files;
  try {
    const cert = read(certFile, 'certificate');
    const ca = clients === undefined ? undefined : read(clients.caFile, 'certificate');
    const crls =
      clients?.crlFile === undefined ? undefined : blocksOf(read(clients.crlFile, 'revocation list'));
    const lists = (crls ?? []).map((pem) => readRevocationList(derOf(pem)));
    const options: SecureContextOptions = {
      cert,
      key: read(keyFile, 'private key'),
      ...(ca === undefined ? {} : { ca }),
      // One each: of a text with several, Node takes the first alone.
      ...(crls === undefined ? {} : { crl: crls }),
    };
    createSecureContext(options);
    const nextUpdates = lists.flatMap(({ nextUpdate }) => (nextUpdate === null ? [] : [nextUpdate]));
    return {
      ok: true,
      material: {
        options,
        revoked: new Set(lists.flatMap(({ serials }) => [...serials])),
        expires: {
          certificate: firstEnd(cert),
          ...(ca === undefined ? {} : { client_ca: firstEnd(ca) }),
          ...(nextUpdates.length === 0 ? {} : { revocation_list: Math.min(...nextUpdates) }),
        },
      },
    };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Differs when a file was written or replaced, by itself or by a link to it, as in a mounted Secret. */
export function stateOfFiles({ certFile, keyFile, clients }: TlsFiles): string {
  const paths = [certFile, keyFile, clients?.caFile, clients?.crlFile];
  return paths.map((path) => (path === undefined ? '' : stateOf(path))).join(' ');
}

function stateOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? 'missing' : `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

function read(path: string, kind: PemKind): string {
  const file = readPemFile(path, kind);
  if (!file.ok) throw new Error(`'${path}' can not be used: ${file.why}`);
  return file.text;
}

/**
 * What a text in PEM has, one by one, with their first and last lines; what stands between them is left out. One that is cut
 * off stays so, for its reader to refuse: a list that was left out would take nobody back.
 */
function blocksOf(pem: string): string[] {
  return pem
    .split('-----BEGIN ')
    .slice(1)
    .map((rest) => {
      const [block = '', after] = rest.split('-----END ', 2);
      const label = block.split('-----', 1)[0] ?? '';
      return `-----BEGIN ${block}${after === undefined ? '' : `-----END ${label}-----`}`;
    });
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.split('-----')[2] ?? '', 'base64');
}

function firstEnd(pem: string): number {
  const ends = blocksOf(pem)
    .filter((block) => block.includes('CERTIFICATE-----'))
    .map((block) => Date.parse(new X509Certificate(block).validTo));
  return Math.min(...ends);
}
