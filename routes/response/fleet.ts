import { z } from 'zod';
import type { FleetFigures } from '../../protocol/live/fleet-figures.js';
import { instant } from './instant.js';

const count = z.int().min(0);
const rate = z.number().min(0).nullable();
const processes = z.object({
  alive: count,
  lost: count.describe('Silent for more than 20 seconds, without having said that they end.'),
});

export const fleet = z
  .object({
    timestamp: instant.describe('By the clock of the database.'),
    connected: count.describe('Charge points connected by OCPP.'),
    sockets: count.nullable().describe('Open sockets of the gateways, those of `/ingest` included.'),
    chargePoints: z.object({ active: count, held: count, retired: count }),
    gateways: processes,
    workers: processes,
    messagesPerSecond: z.object({
      received: rate.describe('Taken by the gateways, durably.'),
      stored: rate.describe('Settled by the workers: stored, found to be repeated, or kept in quarantine.'),
    }),
    readingsPerSecond: rate.describe('New ones that were stored.'),
    acknowledgementSeconds: z
      .object({ p50: rate, p99: rate })
      .describe('From a complete frame to its answer, over the last minute; null also when there was none.'),
    workerLag: z.object({
      messages: rate.describe('On the log and not stored yet.'),
      oldestSeconds: rate.describe('Age of the oldest of them that a worker holds; 0: it holds none.'),
    }),
    shedsPerSecond: z.object({
      refusedConnections: rate.describe('Connections refused for overload.'),
      retriedMessages: rate.describe('Messages answered with `retry`.'),
    }),
    quarantineOpen: count.describe(
      'Quarantined parts that nothing good has come of yet, counted up to 100,000.',
    ),
    conflicts: count.describe('Readings that lost against another one of the same key, ever.'),
    rollupFreshnessSeconds: z
      .number()
      .min(0)
      .describe('Age of the oldest change that the aggregates do not have yet; 0: they have all.'),
  })
  .meta({ id: 'Fleet', description: 'Figures of the fleet.' }) satisfies z.ZodType<FleetFigures>;
