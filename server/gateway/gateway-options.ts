/** What a deployment decides of one gateway process. */
export interface GatewayOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** How long a message waits for others before it goes to the log, ms. */
  readonly lingerMs: number;
  readonly batchMaxMessages: number;
  readonly batchMaxBytes: number;
  /** A message that the log has not confirmed by then is answered with "retry", ms. */
  readonly publishTimeoutMs: number;
  /** A larger frame closes its socket with 1009, bytes. */
  readonly maxFrameBytes: number;
  /** Bytes in flight above which sockets that send are no longer read. */
  readonly pauseBytes: number;
  /** Bytes in flight above which new connections and new messages are refused. */
  readonly refuseBytes: number;
  readonly maxConnections: number;
  /** A socket silent for two of these is closed, ms. */
  readonly pingIntervalMs: number;
  /** A socket without a message for so long is closed with 4002, ms; 0: never. */
  readonly idleCloseMs: number;
  /** Seconds between OCPP heartbeats, handed to charge points that boot. */
  readonly heartbeatIntervalS: number;
  /** A stop closes the sockets evenly over this time, ms. */
  readonly drainMs: number;
}
