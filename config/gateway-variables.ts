import { MEBIBYTE, wholeNumber } from './whole-number.js';

/** What the gateway reads from the environment; part of `environmentSchema`. */
export const gatewayVariables = {
  GATEWAY_PROCESSES: wholeNumber(1, 256)
    .optional()
    .describe('Processes that accept sockets. Default: one for each core.'),
  GATEWAY_LINGER_MS: wholeNumber(0, 1_000)
    .default(5)
    .describe('How long a message waits for others before it goes to the log.'),
  GATEWAY_BATCH_MAX_MESSAGES: wholeNumber(1, 10_000)
    .default(500)
    .describe('Messages in one write to the log at most.'),
  GATEWAY_BATCH_MAX_BYTES: wholeNumber(1_024, 16 * MEBIBYTE)
    .default(MEBIBYTE)
    .describe('Bytes in one write to the log at most (one larger message goes alone).'),
  GATEWAY_PUBLISH_TIMEOUT_MS: wholeNumber(100, 120_000)
    .default(15_000)
    .describe('A message that the log has not confirmed by then is answered with "retry".'),
  GATEWAY_MAX_FRAME_BYTES: wholeNumber(1_024, 3 * MEBIBYTE)
    .default(3 * MEBIBYTE)
    .describe('A larger frame closes its socket with 1009.'),
  GATEWAY_PAUSE_BYTES: wholeNumber(64 * 1024, 64 * 1024 * MEBIBYTE)
    .default(64 * MEBIBYTE)
    .describe(
      'Bytes of unconfirmed messages in a process above which the greediest sockets are no longer read.',
    ),
  GATEWAY_REFUSE_BYTES: wholeNumber(64 * 1024, 64 * 1024 * MEBIBYTE)
    .default(96 * MEBIBYTE)
    .describe(
      'Bytes of unconfirmed messages in a process above which new messages get "retry"; new connections get 503 with Retry-After half way to it.',
    ),
  GATEWAY_MAX_CONNECTIONS: wholeNumber(1, 1_000_000)
    .default(20_000)
    .describe('Sockets in a process; beyond it new connections get 503. Keep it below the open files limit.'),
  GATEWAY_OVERLOAD_LOOP_DELAY_MS: wholeNumber(0, 60_000)
    .default(200)
    .describe(
      'Lateness of the event loop at which a process stretches heartbeats; 2.5, 5 and 10 times of it are the next levels of overload. 0: it does not count.',
    ),
  GATEWAY_OVERLOAD_IDLE_S: wholeNumber(0, 86_400)
    .default(60)
    .describe('At the highest level of overload sockets without a message for so long are closed. 0: none.'),
  GATEWAY_CHARGE_POINT_RATE: wholeNumber(0, 1_000_000)
    .default(100)
    .describe(
      'Messages a second of an OCPP socket (ten times as many at once); one that sends more is read slower. 0: any number.',
    ),
  GATEWAY_INGEST_RATE: wholeNumber(0, 1_000_000)
    .default(10_000)
    .describe('The same of an `/ingest` socket, which may speak for many charge points.'),
  GATEWAY_TOTAL_RATE: wholeNumber(0, 10_000_000)
    .default(0)
    .describe('The same of all sockets of a process together.'),
  GATEWAY_ADDRESS_MAX_CONNECTIONS: wholeNumber(0, 1_000_000)
    .default(20_000)
    .describe(
      'Connections of a process from one remote address (IPv6: one /64); beyond it new ones get 429. All come from one behind a proxy. 0: any number.',
    ),
  GATEWAY_ADDRESS_RATE: wholeNumber(0, 1_000_000)
    .default(2_000)
    .describe(
      'New connections a second of a process from one remote address (ten times as many at once); beyond it they get 429. 0: any number.',
    ),
  GATEWAY_PING_INTERVAL_MS: wholeNumber(100, 3_600_000)
    .default(30_000)
    .describe(
      'WebSocket pings; a socket silent for two intervals is closed. Below the idle timeout of proxies.',
    ),
  GATEWAY_IDLE_CLOSE_S: wholeNumber(0, 604_800)
    .default(0)
    .describe(
      'A socket without a message for so long is closed with 4002; it connects again with its next reading. 0: never. Above OCPP_HEARTBEAT_INTERVAL_S, or chargers come and go.',
    ),
  GATEWAY_SIGNATURE_WINDOW_S: wholeNumber(1, 86_400)
    .default(300)
    .describe(
      'By how much the clock of a sender that signs may differ when it opens its session on `/ingest`. As long it is remembered, so that nobody plays it again.',
    ),
  GATEWAY_DRAIN_MS: wholeNumber(0, 600_000)
    .default(5_000)
    .describe('At SIGTERM sockets are closed evenly over this time.'),
  OCPP_HEARTBEAT_INTERVAL_S: wholeNumber(1, 86_400)
    .default(300)
    .describe(
      'Heartbeat interval that BootNotification hands to charge points, give or take a tenth, so that they do not come in step.',
    ),
  OCPP_HEARTBEAT_STRETCH: wholeNumber(1, 100)
    .default(3)
    .describe('Under load that interval is up to so many times as long. 1: no longer.'),
};
