import { Counter, Gauge, Histogram, type Aggregator, type Registry } from 'prom-client';
import type { ProtocolName } from '../../protocol/envelope.js';
import { countersBy, type CountersBy } from '../observability/counters-by.js';

const MESSAGE_OUTCOMES = ['accepted', 'rejected', 'invalid', 'retry', 'control'] as const;
export type MessageOutcome = (typeof MESSAGE_OUTCOMES)[number];

const CONNECTION_OUTCOMES = [
  'accepted',
  'bad_request',
  'unknown_path',
  'unauthorised',
  'forbidden',
  'forbidden_origin',
  'unknown_charge_point',
  'no_subprotocol',
  'not_a_websocket',
  'address_limit',
  'limited',
  'overloaded',
  'stopping',
] as const;
export type ConnectionOutcome = (typeof CONNECTION_OUTCOMES)[number];

const CLOSE_REASONS = [
  'closed',
  'replaced',
  'silent',
  'idle',
  'control_flood',
  'slow_reader',
  'held_bytes',
  'frame_error',
  'unauthorised',
  'revoked',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

const SHEDS = [
  'heartbeat_stretched',
  'socket_paused',
  'connection_refused',
  'message_refused',
  'socket_closed',
] as const;
/** What overload makes the gateway do. */
export type Shed = (typeof SHEDS)[number];

const LIMITS = [
  'charge_point_rate',
  'ingest_rate',
  'total_rate',
  'address_connections',
  'address_rate',
  'control_frames',
  'key',
  'site',
  'address',
  'key_messages',
] as const;
/** What one client alone can meet. */
export type Limit = (typeof LIMITS)[number];

export interface GatewayMetrics {
  messages(protocol: ProtocolName): CountersBy<MessageOutcome>;
  readonly connectionsTotal: CountersBy<ConnectionOutcome>;
  readonly closedTotal: CountersBy<CloseReason>;
  readonly shedTotal: CountersBy<Shed>;
  readonly limitedTotal: CountersBy<Limit>;
  readonly ackSeconds: Histogram;
  readonly leniencies: Counter<'leniency' | 'model'>;
}

/** Values that are read when they are asked for. */
export interface GatewayGauges {
  connections(): number;
  inFlightBytes(): number;
  pausedSockets(): number;
  unansweredFrames(): number;
  sendsUnderWay(): number;
  overloadLevel(): number;
}

export function createGatewayMetrics(registry: Registry, gauges: GatewayGauges): GatewayMetrics {
  const registers = [registry];
  const messages = new Counter({
    name: 'meterpulse_gateway_messages_total',
    help: 'Messages by what became of them: accepted and rejected are durable on the log, retry was not taken, invalid names no charge point or is no message, control needs no log.',
    labelNames: ['protocol', 'outcome'],
    registers,
  });
  const connectionsTotal = new Counter({
    name: 'meterpulse_gateway_connections_total',
    help: 'Requests for a connection by how they were answered.',
    labelNames: ['outcome'],
    registers,
  });
  const closedTotal = new Counter({
    name: 'meterpulse_gateway_closed_total',
    help: 'Sockets that ended, by why.',
    labelNames: ['reason'],
    registers,
  });
  const shedTotal = new Counter({
    name: 'meterpulse_gateway_shed_total',
    help: 'What overload made the gateway do: longer heartbeat intervals told, sockets not read, connections and messages refused, idle sockets closed.',
    labelNames: ['action'],
    registers,
  });
  const limitedTotal = new Counter({
    name: 'meterpulse_gateway_limited_total',
    help: 'Clients that met a limit of their own: sockets read slower for their rate, connections refused for their address, sockets closed for their control frames; and of programs, over all processes, handshakes refused by key, site or address, and frames answered with retry by key.',
    labelNames: ['limit'],
    registers,
  });
  /** `among`: what the gauges of several processes make together. */
  const gauge = (name: string, help: string, read: () => number, among: Aggregator = 'sum'): void => {
    new Gauge({
      name: `meterpulse_gateway_${name}`,
      help,
      aggregator: among,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('connections', 'Open sockets.', () => gauges.connections());
  gauge(
    'connections_most',
    'Open sockets of the process that has the most.',
    () => gauges.connections(),
    'max',
  );
  gauge(
    'connections_least',
    'Open sockets of the process that has the fewest.',
    () => gauges.connections(),
    'min',
  );
  gauge(
    'overload_level',
    'How much the busiest process sheds: 0 nothing, 1 stretches heartbeats, 2 leaves the greediest sockets unread, 3 refuses connections, 4 refuses messages, 5 closes idle sockets.',
    () => gauges.overloadLevel(),
    'max',
  );
  gauge('in_flight_bytes', 'Bytes of frames that are received and not answered yet.', () =>
    gauges.inFlightBytes(),
  );
  gauge('paused_sockets', 'Sockets that are not read at the moment.', () => gauges.pausedSockets());
  gauge('unanswered_frames', 'Frames whose answer waits for the log.', () => gauges.unansweredFrames());
  gauge('sends_under_way', 'Writes to the log that are neither confirmed nor failed.', () =>
    gauges.sendsUnderWay(),
  );

  return {
    messages: (protocol) => countersBy(MESSAGE_OUTCOMES, (outcome) => messages.labels({ protocol, outcome })),
    connectionsTotal: countersBy(CONNECTION_OUTCOMES, (outcome) => connectionsTotal.labels({ outcome })),
    shedTotal: countersBy(SHEDS, (action) => shedTotal.labels({ action })),
    limitedTotal: countersBy(LIMITS, (limit) => limitedTotal.labels({ limit })),
    closedTotal: countersBy(CLOSE_REASONS, (reason) => closedTotal.labels({ reason })),
    leniencies: new Counter({
      name: 'meterpulse_gateway_leniencies_total',
      help: 'Messages that err against the schemas of OCPP and are understood all the same, by how (docs/conformance.md) and by vendor and model; beyond 200 models, other.',
      labelNames: ['leniency', 'model'],
      registers,
    }),
    ackSeconds: new Histogram({
      name: 'meterpulse_gateway_ack_seconds',
      help: 'From a complete frame to its answer, for frames that were written to the log.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
  };
}
