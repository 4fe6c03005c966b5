import type { Logger } from 'pino';
import type { TlsMetrics } from './tls-metrics.js';

/** Where certificates, keys and lists stand, in PEM. */
export interface TlsFiles {
  /** This server's certificate, with those between it and its CA. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Whose certificates clients have to show; absent: they are asked for none. */
  readonly clients?: {
    readonly caFile: string;
    /** Of each of these CAs one list; absent: no certificate is ever taken back. */
    readonly crlFile?: string;
  };
}

export const LISTENERS = ['gateway', 'gateway-mutual', 'api', 'live', 'admin'] as const;
export type ListenerName = (typeof LISTENERS)[number];

/** How one listener speaks TLS. */
export interface ListenerTls {
  readonly name: ListenerName;
  readonly files: TlsFiles;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** How often the files are looked at, ms. */
  readonly reloadMs: number;
  readonly logger: Logger;
  readonly metrics: TlsMetrics;
}
