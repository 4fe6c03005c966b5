import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaUnavailable, startKafka, type KafkaHandle } from '../harness/kafka.js';
import { expectedOf, type SentMessage } from './oracle.js';
import { IngestClient, tryToConnect, type Refused } from './system/ingest-client.js';
import { withSystem } from './system/with-system.js';
import { until } from './until.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const CLIENTS = 40;
const MESSAGES_EACH = 100;
const MESSAGE_BYTES = 32 * KIBIBYTE;
/** What a client has handed to its socket and the kernel did not take: beyond it a sender of good manners waits. */
const CLIENT_BUFFER_BYTES = 256 * KIBIBYTE;

/** A few copies of the 8 MiB that may be in flight, of the 128 MiB that clients offer. */
const MAX_GROWTH_BYTES = 96 * MEBIBYTE;

const padding = 'x'.repeat(MESSAGE_BYTES);

function messageOf(client: number, index: number): SentMessage {
  const timestamp = new Date(Date.UTC(2026, 2, 10, 0, 0, index)).toISOString();
  const sampledValue = [{ value: String(index), measurand: 'Power.Active.Import', unit: 'W' }];
  const meterValue = [{ timestamp, sampledValue }];
  const payload = { connectorId: 1, meterValue, vendorExtension: padding };
  return { id: `${client}-${index}`, chargePointId: `CP-${client}`, payload: JSON.stringify(payload) };
}

describe.skipIf(kafkaUnavailable() !== undefined)('on a Kafka of its own', () => {
  let kafka: KafkaHandle;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    await kafka.stop();
  });

  it('holds its memory and turns new clients away while the log hangs, and loses nothing of it', async () => {
    const env = {
      GATEWAY_PAUSE_BYTES: String(8 * MEBIBYTE),
      GATEWAY_REFUSE_BYTES: String(8 * MEBIBYTE),
      GATEWAY_PUBLISH_TIMEOUT_MS: '60000',
    };
    await withSystem({ brokers: kafka.brokers, gatewayProcesses: 1, env }, async (system) => {
      const [pid = 0] = system.gateway.forked();
      const clients = await Promise.all(
        Array.from({ length: CLIENTS }, () => IngestClient.connect(system.gatewayUrl)),
      );
      const sent = clients.map(() => 0);
      /** Each client sends as fast as its socket takes it; true when all have sent everything. */
      const pump = (): boolean => {
        clients.forEach((client, number) => {
          let next = sent[number] ?? 0;
          while (next < MESSAGES_EACH && client.bufferedBytes < CLIENT_BUFFER_BYTES) {
            client.send(messageOf(number, next));
            next += 1;
          }
          sent[number] = next;
        });
        return sent.every((count) => count === MESSAGES_EACH);
      };
      const restingBytes = residentBytes(pid);

      kafka.pause();
      let refusal: Refused;
      let peakBytes = 0;
      try {
        refusal = await until('a new client is turned away', async () => {
          pump();
          peakBytes = Math.max(peakBytes, residentBytes(pid));
          const opened = await tryToConnect(system.gatewayUrl);
          if (opened.kind === 'refused') return opened;
          opened.client.close();
          return null;
        });
        let stalledSince = performance.now();
        let progress = 0;
        await until('no socket takes anything any more, or all is on its way', () => {
          pump();
          peakBytes = Math.max(peakBytes, residentBytes(pid));
          const taken = sent.reduce((sum, count) => sum + count, 0);
          if (taken !== progress) stalledSince = performance.now();
          progress = taken;
          return performance.now() - stalledSince > 1_000;
        });
        expect(await system.metric(system.gateway, 'meterpulse_gateway_paused_sockets')).toBeGreaterThan(
          CLIENTS / 2,
        );
        expect(new Set(statuses(clients))).not.toContain('accepted');
      } finally {
        kafka.resume();
      }
      expect(refusal).toMatchObject({ kind: 'refused', status: 503 });
      expect(Number(refusal.retryAfter)).toBeGreaterThanOrEqual(1);
      expect(peakBytes - restingBytes, 'growth of the process').toBeLessThan(MAX_GROWTH_BYTES);

      await until('everything is sent', () => pump());
      await until('everything is accepted, what was refused after it is sent again', () => {
        clients.forEach((client, number) => {
          for (const { id, status } of client.answers.values()) {
            if (status !== 'retry') continue;
            client.answers.delete(id);
            client.send(messageOf(number, Number(id.split('-')[1])));
          }
        });
        const accepted = statuses(clients).filter((status) => status === 'accepted');
        return accepted.length === CLIENTS * MESSAGES_EACH;
      });
      expect(
        clients.every(({ isOpen }) => isOpen),
        'clients that were throttled keep their sockets',
      ).toBe(true);
      const late = await IngestClient.connect(system.gatewayUrl);
      late.close();

      const messages = clients.flatMap((_, client) =>
        Array.from({ length: MESSAGES_EACH }, (_unused, index) => messageOf(client, index)),
      );
      await system.verify(expectedOf(messages), { resent: true });
    });
  });
});

function statuses(clients: readonly IngestClient[]): string[] {
  return clients.flatMap(({ answers }) => [...answers.values()].map(({ status }) => status));
}

function residentBytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1]) * KIBIBYTE;
}
