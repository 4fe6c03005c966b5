import { ByteWriter } from './byte-writer.js';
import {
  BATCH_OVERHEAD_BYTES,
  RECORD_OVERHEAD_BYTES,
  writeRecordBatch,
  type SizedMessage,
} from './record-batch.js';

export interface ProduceRequest {
  readonly clientId: string;
  readonly topic: string;
  /** How long the broker may wait for the replicas, ms. */
  readonly timeoutMs: number;
  /** Of all records, ms since 1970 UTC. */
  readonly timestamp: number;
  /** By partition; none is empty. */
  readonly partitions: ReadonlyMap<number, readonly SizedMessage[]>;
}

const PRODUCE = 0;
/** Brokers from 2.1 (2018) on have it. */
const VERSION = 7;
const ALL_REPLICAS = -1;
/** Lengths and numbers before the first partition, names apart. */
const HEAD_BYTES = 64;
const PARTITION_HEAD_BYTES = 8;

/** A produce request with its length in front, as it goes over the wire. */
export function encodeProduceRequest(request: ProduceRequest, correlationId: number): Buffer {
  const { clientId, topic, timeoutMs, timestamp, partitions } = request;
  const writer = new ByteWriter(capacityFor(request));
  writer.int32(0);
  writer.int16(PRODUCE);
  writer.int16(VERSION);
  writer.int32(correlationId);
  writer.string(clientId);
  writer.int16(-1); // no transaction
  writer.int16(ALL_REPLICAS);
  writer.int32(timeoutMs);
  writer.int32(1); // topics
  writer.string(topic);
  writer.int32(partitions.size);
  for (const [partition, messages] of partitions) {
    writer.int32(partition);
    const lengthAt = writer.length;
    writer.int32(0);
    writeRecordBatch(writer, messages, timestamp);
    writer.patch(lengthAt, writer.length - lengthAt - 4);
  }
  writer.patch(0, writer.length - 4);
  return writer.bytes.subarray(0, writer.length);
}

/** Enough bytes for the request, and not many more. */
function capacityFor({ clientId, topic, partitions }: ProduceRequest): number {
  let bytes = HEAD_BYTES + Buffer.byteLength(clientId) + Buffer.byteLength(topic);
  for (const messages of partitions.values()) {
    bytes += PARTITION_HEAD_BYTES + BATCH_OVERHEAD_BYTES;
    for (const { keyBytes, valueBytes } of messages) bytes += RECORD_OVERHEAD_BYTES + keyBytes + valueBytes;
  }
  return bytes;
}
