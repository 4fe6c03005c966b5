import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { countersBy, type CountersBy } from '../observability/counters-by.js';
import { RESYNC_REASONS, type ResyncReason } from '../../protocol/live/server-message.js';

const CONNECTION_OUTCOMES = [
  'accepted',
  'bad_request',
  'unauthorised',
  'forbidden_origin',
  'limited',
  'overloaded',
  'stopping',
  'failed',
] as const;
export type ConnectionOutcome = (typeof CONNECTION_OUTCOMES)[number];

const CLOSE_REASONS = [
  'closed',
  'silent',
  'slow_reader',
  'flood',
  'session_over',
  'frame_error',
  'fault',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

const CATCH_UPS = ['snapshot', 'memory', 'table'] as const;
export type CatchUpSource = (typeof CATCH_UPS)[number];

export interface LiveMetrics {
  readonly connectionsTotal: CountersBy<ConnectionOutcome>;
  readonly closedTotal: CountersBy<CloseReason>;
  readonly messagesTotal: { inc(count?: number): void };
  readonly framesTotal: { inc(count?: number): void };
  readonly laggingTotal: { inc(count?: number): void };
  readonly resyncsTotal: CountersBy<ResyncReason>;
  readonly catchUpsTotal: CountersBy<CatchUpSource>;
  readonly deliverySeconds: { observe(seconds: number): void };
}

/** Values that are read when they are asked for. */
export interface LiveGauges {
  connections(): number;
  subscriptions(): number;
  channels(): number;
  recentBytes(): number;
  bufferedBytes(): number;
}

export function createLiveMetrics(registry: Registry, gauges: LiveGauges): LiveMetrics {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> =>
    new Counter({ name: `meterpulse_live_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: `meterpulse_live_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('connections', 'Open sockets of /live.', () => gauges.connections());
  gauge('subscriptions', 'Subscriptions of all sockets.', () => gauges.subscriptions());
  gauge('channels', 'Different subscriptions: those that are told the same in the same words are one.', () =>
    gauges.channels(),
  );
  gauge('recent_bytes', 'Memory of recent changes, kept for who comes back, of LIVE_RECENT_MB; about.', () =>
    gauges.recentBytes(),
  );
  gauge('buffered_bytes', 'Sent and not yet taken by the network, of all sockets.', () =>
    gauges.bufferedBytes(),
  );

  const connections = counter('connections_total', 'Requests for a connection by how they were answered.', [
    'outcome',
  ]);
  const closed = counter('closed_total', 'Sockets that ended, by why.', ['reason']);
  const resyncs = counter('resyncs_total', 'Subscriptions told that what they saw is void, by why.', [
    'reason',
  ]);
  const catchUps = counter(
    'catch_ups_total',
    'Subscriptions brought up to date: from a snapshot, from memory, or from the table of the feed.',
    ['source'],
  );
  return {
    connectionsTotal: countersBy(CONNECTION_OUTCOMES, (outcome) => connections.labels({ outcome })),
    closedTotal: countersBy(CLOSE_REASONS, (reason) => closed.labels({ reason })),
    resyncsTotal: countersBy(RESYNC_REASONS, (reason) => resyncs.labels({ reason })),
    catchUpsTotal: countersBy(CATCH_UPS, (source) => catchUps.labels({ source })),
    messagesTotal: counter('messages_total', 'Messages sent, each once for every subscriber.', []),
    framesTotal: counter('frames_total', 'Frames encoded: one is sent to all subscribers of the same.', []),
    laggingTotal: counter(
      'lagging_total',
      'Times that a subscriber was too slow, and was told the newest of each series alone.',
      [],
    ),
    deliverySeconds: new Histogram({
      name: 'meterpulse_feed_delivery_seconds',
      help: 'From the commit of a change, by the clock of the database, until it was sent to all its subscribers.',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  };
}
