import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Registry } from 'prom-client';
import type { Pool } from '../../store/pool.js';
import {
  REPORT_EVERY_MS,
  type GatewayFigures,
  type ProcessReport,
  type WorkerFigures,
} from '../../store/processes/process-figures.js';
import { endReports, reportFigures } from '../../store/processes/report-figures.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import { histogramCounts, metricSum, metricValues } from '../observability/metric-values.js';
import { RecentObservations } from '../observability/recent-observations.js';
import type { RoleContext } from './role-context.js';

/** Says every few seconds what this process counts, from the metrics that it has anyway, for the figures of the fleet. */
export function processFigures(
  { logger, registry }: Pick<RoleContext, 'logger' | 'registry'>,
  pool: Pool,
  role: ProcessReport['role'],
  everyMs = REPORT_EVERY_MS,
): Part {
  const process_ = { id: randomUUID(), host: hostname(), pid: process.pid };
  const acknowledgements = new RecentObservations();
  const report = async (): Promise<void> => {
    const told: ProcessReport =
      role === 'gateway'
        ? { role, figures: await gatewayFiguresOf(registry, acknowledgements) }
        : { role, figures: await workerFiguresOf(registry) };
    await reportFigures(pool, process_, told);
  };
  const onError = (error: unknown): void => {
    logger.debug({ err: error }, 'the figures of this process could not be written');
  };
  return {
    name: 'figures',
    run: async (signal) => {
      await repeat(report, { everyMs, onError }, signal);
      await endReports(pool, process_).catch(onError);
    },
  };
}

async function gatewayFiguresOf(registry: Registry, recent: RecentObservations): Promise<GatewayFigures> {
  const messages = (outcome: readonly string[]): Promise<number> =>
    metricSum(registry, 'meterpulse_gateway_messages_total', { outcome });
  const buckets = recent.look(
    await histogramCounts(registry, 'meterpulse_gateway_ack_seconds'),
    performance.now(),
  );
  return {
    received: await messages(['accepted', 'rejected']),
    retriedMessages: await messages(['retry']),
    refusedConnections: await metricSum(registry, 'meterpulse_gateway_connections_total', {
      outcome: ['overloaded'],
    }),
    acknowledgements: buckets.map(({ bound, count }) => ({
      boundSeconds: bound === Infinity ? null : bound,
      count,
    })),
  };
}

async function workerFiguresOf(registry: Registry): Promise<WorkerFigures> {
  const lags = await metricValues(registry, 'meterpulse_log_lag_messages');
  const owned = await metricSum(registry, 'meterpulse_worker_partitions');
  return {
    settledMessages: await metricSum(registry, 'meterpulse_worker_messages_total'),
    storedReadings: await metricSum(registry, 'meterpulse_worker_readings_total', { outcome: ['stored'] }),
    lagMessages: lags.length === 0 && owned > 0 ? null : lags.reduce((sum, lag) => sum + lag, 0),
    oldestSeconds: await metricSum(registry, 'meterpulse_worker_oldest_seconds'),
  };
}
