/** WebSocket close codes the gateway sends by itself; 1007 (not UTF-8) and 1009 (too large) are sent by `ws`. */
export const CloseCode = {
  /** The OCPP client offered no subprotocol that is spoken here. */
  PROTOCOL_ERROR: 1002,
  INTERNAL_ERROR: 1011,
  /** The gateway stops; connect again. */
  SERVICE_RESTART: 1012,
  /**
   * The charge point has opened a newer socket. From the private range, so that a client can tell it from every other
   * end and not fight with its own successor by reconnecting at once.
   */
  REPLACED: 4001,
} as const;
