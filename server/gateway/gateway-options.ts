import type { ListenerTls } from '../tls/listener-tls.js';

/** A port where clients come in. */
export interface GatewayListener {
  /** 0 takes any free one. */
  readonly port: number;
  /** The variable that says the port. */
  readonly variable: string;
  /** null: plain. */
  readonly tls: ListenerTls | null;
}

/** What a deployment decides of one gateway process. */
export interface GatewayOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** What `port` speaks; default: plain. */
  readonly tls?: ListenerTls | null;
  /** Ports beside that one. */
  readonly otherListeners?: readonly GatewayListener[];
  /** How long a message waits for others before it goes to the log, ms. */
  readonly lingerMs: number;
  readonly batchMaxMessages: number;
  readonly batchMaxBytes: number;
  /** A message that the log has not confirmed by then is answered with "retry", ms. */
  readonly publishTimeoutMs: number;
  /** A larger frame closes its socket with 1009, bytes. */
  readonly maxFrameBytes: number;
  /** Bytes in flight above which the greediest of the sockets that send are no longer read. */
  readonly pauseBytes: number;
  /** Bytes in flight above which nobody is read and new messages are refused; new connections half way to it. */
  readonly refuseBytes: number;
  readonly maxConnections: number;
  /** A socket silent for two of these is closed, ms. */
  readonly pingIntervalMs: number;
  /** A socket without a message for so long is closed with 4002, ms; 0: never. */
  readonly idleCloseMs: number;
  /** Seconds between OCPP heartbeats, handed to charge points that boot, give or take a tenth. */
  readonly heartbeatIntervalS: number;
  /** How many times as long they get under load; 1: no longer. */
  readonly heartbeatStretch: number;
  /** Lateness of the event loop that is overload level 1, ms; 0: it doesn't count. */
  readonly loopDelayMarkMs: number;
  /** Overload level 5 closes sockets without a message for so long, ms; 0: none. */
  readonly overloadIdleMs: number;
  /** Messages a second of one OCPP socket; 0: any number. A burst of ten seconds' is let through. */
  readonly chargePointRate: number;
  /** The same of one `/ingest` socket. */
  readonly ingestRate: number;
  /** The same of all sockets of the process together. */
  readonly totalRate: number;
  /** Open connections from one remote address (IPv6: one /64); 0: any number. */
  readonly addressConnections: number;
  /** New connections a second from one remote address; 0: any number. A burst of ten seconds' is let through. */
  readonly addressRate: number;
  /** Names beside localhost by which it may be asked where nobody has to show who they are; null: everybody has to. */
  readonly openHosts: readonly string[] | null;
  /** A stop closes the sockets evenly over this time, ms. */
  readonly drainMs: number;
}
