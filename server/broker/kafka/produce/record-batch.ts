import { varintLength, type ByteWriter } from './byte-writer.js';
import { crc32c } from './crc32c.js';

/** A message with the lengths of its UTF-8. */
export interface SizedMessage {
  readonly key: string;
  readonly value: string;
  readonly keyBytes: number;
  readonly valueBytes: number;
}

/** Head of a record batch. */
export const BATCH_OVERHEAD_BYTES = 61;
/** What a record has besides key and value, at most: four varints, attributes, the difference of time, no headers. */
export const RECORD_OVERHEAD_BYTES = 32;

const MAGIC = 2;
const NONE = -1;

/**
 * Writes messages as one record batch of format 2, uncompressed and without a producer id
 * (https://kafka.apache.org/documentation/#recordbatch).
 *
 * @param timestamp of all of them, ms since 1970 UTC
 */
export function writeRecordBatch(
  writer: ByteWriter,
  messages: readonly SizedMessage[],
  timestamp: number,
): void {
  writer.int64(0); // base offset: the broker's to give
  const lengthAt = writer.length;
  writer.int32(0);
  const from = writer.length;
  writer.int32(NONE); // epoch of the partition's leader: the broker's
  writer.int8(MAGIC);
  const checksumAt = writer.length;
  writer.int32(0);
  const checkedFrom = writer.length;
  writer.int16(0); // attributes
  writer.int32(messages.length - 1);
  writer.int64(timestamp);
  writer.int64(timestamp);
  writer.int64(NONE); // producer id, ...
  writer.int16(NONE); // ... its epoch, ...
  writer.int32(NONE); // ... and its first sequence number
  writer.int32(messages.length);
  for (let index = 0; index < messages.length; index++) {
    writeRecord(writer, messages[index] as SizedMessage, index);
  }
  writer.patch(lengthAt, writer.length - from);
  writer.patch(checksumAt, crc32c(writer.bytes, checkedFrom, writer.length));
}

function writeRecord(
  writer: ByteWriter,
  { key, value, keyBytes, valueBytes }: SizedMessage,
  index: number,
): void {
  const lengths = varintLength(index) + varintLength(keyBytes) + varintLength(valueBytes);
  writer.varint(3 + lengths + keyBytes + valueBytes);
  writer.int8(0); // attributes
  writer.varint(0); // difference to the batch's time
  writer.varint(index);
  writer.varintText(key, keyBytes);
  writer.varintText(value, valueBytes);
  writer.varint(0); // headers
}
