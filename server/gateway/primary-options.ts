import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { CrashPolicyOptions } from './crash-policy.js';

export interface GatewayPrimaryOptions {
  /** Processes that accept sockets on the one port. */
  readonly processes: number;
  readonly host: string;
  /** 0 takes any free one. Each process gets the port it is to listen on as GATEWAY_PORT. */
  readonly port: number;
  /** Other ports that its processes listen on, by the variables that say so; 0 as with `port`. */
  readonly otherPorts?: Readonly<Record<string, number>>;
  /** What to fork; default: this program again, with the same arguments. */
  readonly exec?: {
    readonly file: string;
    readonly args: readonly string[];
    readonly execArgv?: readonly string[];
  };
  /** Added to this process' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** After this long a process that was told to stop is killed, ms. Longer than its drain. */
  readonly stopTimeoutMs: number;
  readonly crashes?: CrashPolicyOptions;
  readonly logger: Logger;
  readonly registry: Registry;
}
