import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { encodeProduceRequest, type ProduceRequest } from './produce-request.js';
import type { SizedMessage } from './record-batch.js';

interface KafkajsRequest {
  readonly encode: () => Promise<unknown>;
}
type CreateRequest = (of: {
  request: KafkajsRequest;
  correlationId: number;
  clientId: string;
}) => Promise<{ readonly buffer: Buffer }>;

// What kafkajs' own producer sends is the oracle.
const require = createRequire(import.meta.url);
const produceOfKafkajs = require('kafkajs/src/protocol/requests/produce/v7/request') as (
  options: unknown,
) => KafkajsRequest;
const createRequestOfKafkajs = require('kafkajs/src/protocol/request') as CreateRequest;

async function asKafkajs(request: ProduceRequest, correlationId: number): Promise<Buffer> {
  const { clientId, topic, timeoutMs, timestamp, partitions } = request;
  const topicData = [
    {
      topic,
      partitions: [...partitions].map(([partition, messages]) => ({
        partition,
        messages: messages.map(({ key, value }) => ({ key, value })),
        firstSequence: -1,
      })),
    },
  ];
  vi.setSystemTime(timestamp);
  const produce = produceOfKafkajs({ acks: -1, timeout: timeoutMs, producerEpoch: -1, topicData });
  const bytes = (await createRequestOfKafkajs({ request: produce, correlationId, clientId })).buffer;
  // It gives the epoch of the partition's leader as 0; brokers write their own into it.
  let at = bytes.indexOf(topic, 14 + clientId.length) + Buffer.byteLength(topic) + 4;
  for (let left = partitions.size; left > 0; left--) {
    const length = bytes.readInt32BE(at + 4);
    bytes.writeInt32BE(-1, at + 8 + 12);
    at += 8 + length;
  }
  return bytes;
}

const sized = (key: string, value: string): SizedMessage => ({
  ...{ key, value, keyBytes: Buffer.byteLength(key), valueBytes: Buffer.byteLength(value) },
});
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }));
const anyMessage = fc.tuple(anyText, anyText).map(([key, value]) => sized(key, value));
const anyRequest: fc.Arbitrary<ProduceRequest> = fc.record({
  clientId: fc.constantFrom('meterpulse-host-7', 'c'),
  topic: fc.constantFrom('meter-readings', 'Säule'),
  timeoutMs: fc.integer({ min: 1, max: 600_000 }),
  timestamp: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  partitions: fc
    .uniqueArray(fc.tuple(fc.nat(1_000), fc.array(anyMessage, { minLength: 1, maxLength: 150 })), {
      selector: ([partition]) => partition,
      minLength: 1,
      maxLength: 4,
    })
    .map((entries) => new Map(entries)),
});

describe('a produce request', () => {
  it('is byte for byte what kafkajs makes of the same messages', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await fc.assert(
      fc.asyncProperty(anyRequest, fc.nat(0x7fffffff), async (request, correlationId) => {
        const bytes = encodeProduceRequest(request, correlationId);
        expect(bytes.equals(await asKafkajs(request, correlationId))).toBe(true);
      }),
      { numRuns: 200 },
    );
    vi.useRealTimers();
  });

  it.each([63, 64, 8_191, 8_192, 1_048_575, 1_048_576, 3_500_000])(
    'holds a value of %i bytes as kafkajs has it',
    async (length) => {
      vi.useFakeTimers({ toFake: ['Date'] });
      const partitions = new Map([[0, [sized('CP-1', 'x'.repeat(length)), sized('CP-1', 'after')]]]);
      const request = { clientId: 'c', topic: 't', timeoutMs: 1, timestamp: 1_770_000_000_000, partitions };
      expect(encodeProduceRequest(request, 0).equals(await asKafkajs(request, 0))).toBe(true);
      vi.useRealTimers();
    },
  );
});
