interface Close {
  readonly code: number;
  readonly meaning: string;
  /** What to do about it; stands in docs/errors.md. */
  readonly remedy: string;
}

/** Every way in which the gateway ends a socket, by its WebSocket close code. */
export const CLOSES = {
  protocolError: {
    code: 1002,
    meaning:
      'the OCPP client offered no subprotocol that is spoken here, or a frame breaks the WebSocket protocol',
    remedy: 'Offer the subprotocol `ocpp2.0.1` or `ocpp1.6`; the close text lists those that are spoken.',
  },
  /** Sent when a connection is cut without a close frame: clients report it by themselves. */
  cutOff: {
    code: 1006,
    meaning:
      'cut off without a close frame: the client answered no ping for two intervals, did not read its answers, or held memory with a frame that never ended',
    remedy:
      'Answer pings (WebSocket libraries do), read what is answered, and connect again. Send again what was not answered.',
  },
  /** Sent by `ws`. */
  invalidText: {
    code: 1007,
    meaning: 'a text frame is not UTF-8',
    remedy: 'Send UTF-8.',
  },
  /** Sent by `ws`. */
  tooLarge: {
    code: 1009,
    meaning: 'a frame is larger than GATEWAY_MAX_FRAME_BYTES; nothing of it was read',
    remedy: 'Send fewer meterValues a message, or raise GATEWAY_MAX_FRAME_BYTES.',
  },
  /** For too many fragments: sent by `ws`. */
  flood: {
    code: 1008,
    meaning: 'more pings and pongs than 20 a second (200 at once), or a message in more than 1,024 fragments',
    remedy: 'Ping every few seconds at most, and send a message in one frame.',
  },
  /** The certificate of the charge point was taken back. */
  revoked: {
    code: 1008,
    meaning: "the charge point's certificate is on a revocation list",
    remedy: 'Give the charge point a new certificate: with this one it is not let in again.',
  },
  internalError: {
    code: 1011,
    meaning: 'a bug was met while a frame was handled',
    remedy:
      'Connect again, send again what was not answered, and report the error in the log of the gateway.',
  },
  /** The gateway stops. */
  serviceRestart: {
    code: 1012,
    meaning: 'the gateway stops; every frame that it read was answered',
    remedy: 'Connect again after a random pause, and send again what was not answered.',
  },
  /**
   * From the private range, so that a client can tell it from every other end and not fight with its own successor by
   * reconnecting at once.
   */
  replaced: {
    code: 4001,
    meaning: 'the charge point has opened a newer socket',
    remedy: 'Nothing, when it reconnected. If it repeats, two charge points use one id.',
  },
  unauthorised: {
    code: 4003,
    meaning:
      'the key or token by which a sender came in is expired, was revoked, or is not for sending any more',
    remedy: 'Connect again with one that is good. Send again what was not answered.',
  },
  /** Where the deployment asks for it. */
  idle: {
    code: 4002,
    meaning: 'no message came for GATEWAY_IDLE_CLOSE_S; pings are no messages',
    remedy: 'Nothing: connect again with the next reading. Or send heartbeats more often than that.',
  },
} as const satisfies Record<string, Close>;
