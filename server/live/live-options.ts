import type { ListenerTls } from '../tls/listener-tls.js';

/** As the configuration has them; docs/configuration.md tells what they do. */
export interface LiveOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Default: plain. */
  readonly tls?: ListenerTls | null;
  readonly maxConnections: number;
  readonly maxSubscriptions: number;
  readonly maxMessageBytes: number;
  /** null: pages of the same host name. */
  readonly origins: readonly string[] | null;
  /** Names beside localhost by which it may be asked where nobody has to show who they are; null: everybody has to. */
  readonly openHosts: readonly string[] | null;
  readonly batchSize: number;
  readonly batchMs: number;
  readonly deflate: boolean;
  readonly bufferBytes: number;
  readonly conflateMax: number;
  readonly recentBytes: number;
  readonly snapshots: number;
  readonly pingIntervalMs: number;
  readonly drainMs: number;
  readonly fleetIntervalMs: number;
  readonly sessionMaxAgeMs: number;
  readonly renewalWindowMs: number;
}
