import { brokerError, type BrokerError } from './broker-error.js';

export interface ProduceAnswer {
  readonly correlationId: number;
  /** The first partition's fault; undefined: every partition took its records. */
  readonly error: BrokerError | undefined;
}

/** Offset, time and first offset of a partition's answer. */
const OFFSETS_BYTES = 24;

/** Reads the answer to a produce request of version 7, without its length in front. Throws a RangeError when it is cut off. */
export function decodeProduceAnswer(bytes: Buffer): ProduceAnswer {
  let at = 0;
  const int16 = (): number => bytes.readInt16BE((at += 2) - 2);
  const int32 = (): number => bytes.readInt32BE((at += 4) - 4);
  const correlationId = int32();
  let error: BrokerError | undefined;
  for (let topics = int32(); topics > 0; topics--) {
    const nameBytes = int16();
    at += nameBytes;
    for (let partitions = int32(); partitions > 0; partitions--) {
      const partition = int32();
      const code = int16();
      at += OFFSETS_BYTES;
      if (code !== 0) error ??= brokerError(code, partition);
    }
  }
  int32(); // how long the broker holds this client up by itself
  return { correlationId, error };
}
