import fc from 'fast-check';
import { Partitioners, type Message } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { partitionOfKey } from './partition-of-key.js';

const partitioner = Partitioners.DefaultPartitioner();

describe('the partition of a key', () => {
  it('is the one that other clients of Kafka take', () => {
    const anyKey = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 40 }));
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 50 }), (key, partitions) => {
        const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
          ...{ partitionId, partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] },
        }));
        const message: Message = { key, value: null };
        expect(partitionOfKey(key, partitions)).toBe(partitioner({ topic: 't', partitionMetadata, message }));
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
