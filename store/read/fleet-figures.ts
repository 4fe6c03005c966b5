import { histogramQuantile, type Bucket } from '../../helpers/histogram-quantile.js';
import type { FleetFigures } from '../../protocol/live/fleet-figures.js';
import { LOST_AFTER_S } from '../connections/gateway-processes.js';
import {
  gatewayFigures,
  workerFigures,
  type GatewayFigures,
  type WorkerFigures,
} from '../processes/process-figures.js';
import type { Query } from './read-database.js';

/** Rows of quarantine are counted up to here. */
export const QUARANTINE_COUNTED_TO = 100_000;

const IS_ALIVE = (column: string): string => `${column} > now() - make_interval(secs => ${LOST_AFTER_S})`;

const COUNTS = `
  select now() as at,
    (select count(*)::integer from connections c join gateway_processes p on p.id = c.gateway_id
     where c.disconnected_at is null and ${IS_ALIVE('p.seen_at')}) as connected,
    (select sum(connections)::integer from gateway_processes where ${IS_ALIVE('seen_at')}) as sockets,
    (select count(*)::integer from gateway_processes where ${IS_ALIVE('seen_at')}) as "gatewaysAlive",
    (select count(*)::integer from gateway_processes where not ${IS_ALIVE('seen_at')}) as "gatewaysLost",
    (select count(*)::integer from (
       select from quarantine where status = 'open' limit ${QUARANTINE_COUNTED_TO}) q) as "quarantineOpen",
    (select coalesce(sum(readings_conflicting), 0)::bigint from consumer_positions) as conflicts,
    (select greatest(coalesce(extract(epoch from now() - min(marked_at)), 0), 0)::float8 from rollup_marks) as "rollupFreshnessSeconds",
    count(*) filter (where status = 'active')::integer as active,
    count(*) filter (where status = 'held')::integer as held,
    count(*) filter (where status = 'retired')::integer as retired
  from charge_points`;

interface Counts {
  readonly at: Date;
  readonly connected: number;
  readonly sockets: number | null;
  readonly gatewaysAlive: number;
  readonly gatewaysLost: number;
  readonly quarantineOpen: number;
  readonly conflicts: number;
  readonly rollupFreshnessSeconds: number;
  readonly active: number;
  readonly held: number;
  readonly retired: number;
}

const REPORTS = `
  select role, figures, earlier, ${IS_ALIVE('reported_at')} as "isAlive",
    extract(epoch from reported_at - earlier_at)::float8 as seconds
  from process_figures`;

interface ReportRow {
  readonly role: 'gateway' | 'worker';
  readonly figures: unknown;
  readonly earlier: unknown;
  readonly isAlive: boolean;
  /** Between the two reports; null: there is one. */
  readonly seconds: number | null;
}

/** The fleet at a glance. Reads the newest connection of each charge point: some 50 ms for 50,000 of them. */
export async function readFleetFigures(query: Query): Promise<FleetFigures> {
  const [counts] = await query<Counts>(COUNTS);
  if (counts === undefined) throw new Error('an aggregate without groups gives one row');
  const rows = await query<ReportRow>(REPORTS);
  const workers = rows.filter(({ role }) => role === 'worker');
  const gatewayReports = rows
    .filter(({ role, isAlive }) => role === 'gateway' && isAlive)
    .flatMap(gatewayReport);
  const workerReports = workers.filter(({ isAlive }) => isAlive).flatMap(workerReport);
  const acknowledgements = gatewayReports.flatMap(({ now }) => now.acknowledgements).map(bucketOf);
  const perGateway = (count: (figures: GatewayFigures) => number): number | null =>
    rate(gatewayReports, count);
  const perWorker = (count: (figures: WorkerFigures) => number): number | null => rate(workerReports, count);
  return {
    timestamp: counts.at.toISOString(),
    connected: counts.connected,
    sockets: counts.sockets,
    chargePoints: { active: counts.active, held: counts.held, retired: counts.retired },
    gateways: { alive: counts.gatewaysAlive, lost: counts.gatewaysLost },
    workers: {
      alive: workers.filter(({ isAlive }) => isAlive).length,
      lost: workers.filter(({ isAlive }) => !isAlive).length,
    },
    messagesPerSecond: {
      received: perGateway(({ received }) => received),
      stored: perWorker(({ settledMessages }) => settledMessages),
    },
    readingsPerSecond: perWorker(({ storedReadings }) => storedReadings),
    acknowledgementSeconds: {
      p50: histogramQuantile(0.5, summed(acknowledgements)),
      p99: histogramQuantile(0.99, summed(acknowledgements)),
    },
    workerLag: {
      messages: sumOfKnown(workerReports.map(({ now }) => now.lagMessages)),
      oldestSeconds:
        workerReports.length === 0 ? null : Math.max(...workerReports.map(({ now }) => now.oldestSeconds)),
    },
    shedsPerSecond: {
      refusedConnections: perGateway(({ refusedConnections }) => refusedConnections),
      retriedMessages: perGateway(({ retriedMessages }) => retriedMessages),
    },
    quarantineOpen: counts.quarantineOpen,
    conflicts: counts.conflicts,
    rollupFreshnessSeconds: counts.rollupFreshnessSeconds,
  };
}

interface Report<Figures> {
  readonly now: Figures;
  readonly earlier: Figures | null;
  readonly seconds: number;
}

/** None when another version of the program reports in a shape that is not known here: of its figures nothing is known. */
function gatewayReport({ figures, earlier, seconds }: ReportRow): Report<GatewayFigures>[] {
  const now = gatewayFigures.safeParse(figures);
  if (!now.success) return [];
  return [{ now: now.data, earlier: gatewayFigures.safeParse(earlier).data ?? null, seconds: seconds ?? 0 }];
}

function workerReport({ figures, earlier, seconds }: ReportRow): Report<WorkerFigures>[] {
  const now = workerFigures.safeParse(figures);
  if (!now.success) return [];
  return [{ now: now.data, earlier: workerFigures.safeParse(earlier).data ?? null, seconds: seconds ?? 0 }];
}

/** What a counter of all processes rises by in a second; null: none of them has reported twice. */
function rate<Figures>(
  reports: readonly Report<Figures>[],
  count: (figures: Figures) => number,
): number | null {
  return sumOfKnown(
    reports.map(({ now, earlier, seconds }) =>
      earlier === null || seconds <= 0 ? null : Math.max(0, count(now) - count(earlier)) / seconds,
    ),
  );
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function bucketOf({ boundSeconds, count }: GatewayFigures['acknowledgements'][number]): Bucket {
  return { bound: boundSeconds ?? Infinity, count };
}

/** Buckets of one bound, of several processes, as one. */
function summed(buckets: readonly Bucket[]): Bucket[] {
  const counts = new Map<number, number>();
  for (const { bound, count } of buckets) counts.set(bound, (counts.get(bound) ?? 0) + count);
  return [...counts].map(([bound, count]) => ({ bound, count }));
}
