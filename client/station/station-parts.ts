/** What a station is made with. */
import type { BackoffLimits } from '../../helpers/backoff.js';
import type { Random } from '../../helpers/seeded-random.js';
import type { Credentials } from '../transport/credentials.js';
import type { OpenSocket } from '../transport/connection.js';
import type { Turnstile } from '../transport/turnstile.js';
import type { Clock } from './clock.js';
import type { Site } from './device-controls.js';
import type { DeviceMessage } from './device-message.js';
import type { StationDialect } from './dialect.js';
import type { Journal } from './journal.js';
import type { LinkState } from './link.js';
import type { Answer, Exchange } from './message.js';

export interface StationParts {
  readonly chargePointId: string;
  /** The gateway. */
  readonly url: URL;
  readonly dialect: StationDialect;
  readonly clock: Clock;
  /** ms since 1970 UTC by the device's own clock, which may be wrong. */
  readonly deviceTime: () => number;
  readonly random: Random;
  /** Silence after which a socket is given up, ms. */
  readonly answerTimeoutMs: number;
  /** Of what waits; beyond it samples are thinned out. */
  readonly outboxBytes: number;
  /** Where messages outlast the process; null: in memory only. */
  readonly journal: Journal | null;
  readonly backoff?: BackoffLimits;
  readonly handshakes?: Turnstile;
  readonly localAddress?: string | undefined;
  /** What it shows at the door. Default: nothing. */
  readonly credentials?: Credentials;
  /** What stands between a socket and us, such as a bad network. */
  readonly network?: (socket: OpenSocket) => OpenSocket;
  /** What the server's calls reach; without it they are rejected where they need it. */
  readonly site?: Site;
}

export interface StationEvents {
  onSent?(exchange: Exchange<DeviceMessage>): void;
  onAnswered?(exchange: Exchange<DeviceMessage>, answer: Answer): void;
  onRetry?(exchange: Exchange<DeviceMessage>, latencyMs: number): void;
  onClosed?(code: number, wanted: boolean): void;
  onConnectFailed?(cause: Error): void;
  onRefused?(status: number, detail: string): void;
  onState?(state: LinkState): void;
  /** The server called; `served`: not refused as unknown. */
  onCalled?(action: string, served: boolean): void;
}
