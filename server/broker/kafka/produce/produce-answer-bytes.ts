/** For tests: a broker's answer to a produce request of version 7, without its length in front; one error code a partition. */
export function produceAnswer(correlationId: number, errorCodes: readonly number[]): Buffer {
  const topic = 'meter-readings';
  const parts: Buffer[] = [];
  const int = (value: number, bytes: 2 | 4): void => {
    const part = Buffer.alloc(bytes);
    part.writeIntBE(value, 0, bytes);
    parts.push(part);
  };
  int(correlationId, 4);
  int(1, 4);
  int(topic.length, 2);
  parts.push(Buffer.from(topic));
  int(errorCodes.length, 4);
  errorCodes.forEach((code, partition) => {
    int(partition, 4);
    int(code, 2);
    parts.push(Buffer.alloc(24));
  });
  int(0, 4);
  return Buffer.concat(parts);
}
