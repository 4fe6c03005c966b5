/**
 * A fleet under load while the gateways are restarted, killed, or without their log. STORM_SOCKETS sets its size; from 5,000
 * sockets on it sends 2,000 messages a second for a minute, and the log is away for 30 seconds.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaUnavailable, startKafka, type KafkaHandle } from '../harness/kafka.js';
import type { SimulateSummary } from '../../client/simulate/summary.js';
import { Fleet, readingText } from './system/fleet.js';
import type { System } from './system/system.js';
import { withSystem } from './system/with-system.js';
import { until } from './until.js';
import { expectTable } from './verify.js';

const SOCKETS = Number(process.env['STORM_SOCKETS'] ?? 300);
const IS_FULL_SIZE = SOCKETS >= 5_000;
/** Messages a second of all: more than a fleet, a gateway and a worker get done on two cores would measure the machine. */
const RATE = Math.min(SOCKETS * 0.4, 2_000);
/** Of the fleet, so that gateways that are started on a busy machine are back before its end. */
const DURATION_S = IS_FULL_SIZE ? 60 : 20;
const OUTAGE_MS = IS_FULL_SIZE ? 30_000 : 4_000;
/** Of an answer, as the devices have it: longer than the log is away for, else every one of them reconnects. */
const TIMEOUT_S = IS_FULL_SIZE ? 40 : 6;
/** Of the fleet, until all it said is acknowledged, ms. */
const GRACE_S = 120;
const DONE_WITHIN_MS = (DURATION_S + GRACE_S + 30) * 1_000;
const TIMEOUT_MS = 2 * DONE_WITHIN_MS;

/** Sessions along a day, a tenth on bad networks, and what devices do: repeat, overtake, come late, have wrong clocks. */
function fleetArgs(system: System): string[] {
  return [
    ...['--url', system.gatewayUrl, '--charge-points', String(SOCKETS), '--rate', String(RATE)],
    ...['--duration', `${DURATION_S}s`, '--speed', '120x', '--ramp', String(Math.max(100, SOCKETS / 4))],
    ...[
      '--flaky',
      '0.1',
      '--late-bursts',
      '0.05',
      '--drop-rate',
      '0.01',
      '--duplicates',
      '0.1',
      '--reorder',
      '0.1',
    ],
    ...['--clock-drift', '10s', '--timeout', `${TIMEOUT_S}s`, '--grace', `${GRACE_S}s`],
  ];
}

const connections = (system: System): Promise<number> =>
  system.metric(system.gateway, 'meterpulse_gateway_connections ');
const accepted = (system: System): Promise<number> =>
  system.metric(system.gateway, 'meterpulse_gateway_messages_total{protocol="ocpp1.6",outcome="accepted"}');
/** Of those on bad networks some are away at any time. */
const nearlyAll = SOCKETS * 0.9;

describe.skipIf(kafkaUnavailable() !== undefined)(`a fleet of ${SOCKETS} charge points`, () => {
  let kafka: KafkaHandle;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.stop());

  /** Does `fault` in the midst of the fleet's day; afterwards the table is what was acknowledged, no more and no less. */
  async function throughout(
    fault: (system: System, fleetIsBack: () => Promise<void>) => Promise<void>,
  ): Promise<SimulateSummary> {
    let said: SimulateSummary | undefined;
    // Devices are told to wait sooner than by default, so that a short outage is one.
    const env = { GATEWAY_PUBLISH_TIMEOUT_MS: '2000' };
    await withSystem({ brokers: kafka.brokers, env }, async (system) => {
      const fleet = await Fleet.start(fleetArgs(system));
      try {
        await until('the fleet is connected', async () => (await connections(system)) >= nearlyAll);
        await until('it is under load', async () => (await accepted(system)) >= RATE);
        expect(fleet.process.hasEnded, 'the fault comes in the midst').toBe(false);
        await fault(system, async () => {
          // One that has said all it has to say, and had it acknowledged, goes by itself.
          await until(
            'the fleet is back',
            async () => fleet.process.hasEnded || (await connections(system)) >= nearlyAll,
          );
        });
        said = await fleet.done(DONE_WITHIN_MS);
        expect(said).toMatchObject({ waiting: 0, rejected: 0, shed: 0 });
        expect(said.duplicates).toBeGreaterThan(0);

        await system.settled();
        const { readings, conflicts, rejects } = await system.stored();
        const stored = new Map([...readings].map(([key, reading]) => [key, readingText(reading)]));
        const promised = fleet.acknowledged();
        expect(promised.size).toBeGreaterThan(SOCKETS);
        expectTable('readings', stored, promised);
        expect([...conflicts]).toEqual([]);
        expect(rejects).toEqual([]);
        expect((await system.stats()).readings.stored).toBe(stored.size);
      } catch (error) {
        console.error(fleet.process.report());
        throw error;
      } finally {
        await fleet.dispose();
      }
    });
    if (said === undefined) throw new Error('a fleet without a summary');
    return said;
  }

  it(
    'loses nothing while every gateway process is replaced, one after the other',
    async () => {
      await throughout(async (system, fleetIsBack) => {
        const before = system.gateway.forked();
        system.gateway.signal('SIGHUP');
        await until('every process is a new one', () => {
          const now = system.gateway.forked();
          return now.length === before.length && now.every((pid) => !before.includes(pid));
        });
        await fleetIsBack();
      });
    },
    TIMEOUT_MS,
  );

  it(
    'comes back at once after kill -9 of all gateways, and loses nothing',
    async () => {
      await throughout(async (system, fleetIsBack) => {
        const processes = system.gateway.forked();
        await system.gateway.kill9();
        for (const pid of processes) process.kill(pid, 'SIGKILL');
        const startedAt = performance.now();
        await system.startGateway();
        await fleetIsBack();
        const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
        console.log(
          `${SOCKETS} charge points were back after ${seconds} s, the start of the gateways included`,
        );
      });
    },
    TIMEOUT_MS,
  );

  it(
    'is told to wait while the log is away, and loses nothing',
    async () => {
      await throughout(async (system) => {
        kafka.pause();
        const pausedAt = performance.now();
        try {
          await until('the log was away long enough', () => performance.now() - pausedAt >= OUTAGE_MS);
        } finally {
          kafka.resume();
        }
        const before = await accepted(system);
        await until('messages are taken again', async () => (await accepted(system)) > before);
      });
    },
    TIMEOUT_MS,
  );
});
