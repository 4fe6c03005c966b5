import { quarantineCursor, type QuarantineQuery } from '../routes/query/quarantine-query.js';
import { readQuarantine, type QuarantinedPart } from '../store/read/quarantine.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { page, type Answer } from './answer.js';
import { presentRaw } from './present-raw.js';

/** Of each raw text; a page of 1,000 stays below 8 MiB. */
export const MAX_RAW_BYTES = 8_192;

export function quarantineController(database: ReadDatabase) {
  return {
    list: async ({ query }: { query: QuarantineQuery }): Promise<Answer> => {
      const { reason, chargePointId, limit, cursor } = query;
      const rows = await database.read((run) =>
        readQuarantine(run, {
          reason,
          chargePointId,
          before: cursor?.[0],
          limit: limit + 1,
          maxRawBytes: MAX_RAW_BYTES,
        }),
      );
      return page(rows, limit, presentPart, ({ id }) => quarantineCursor(id));
    },
  };
}

function presentPart(part: QuarantinedPart) {
  return {
    id: part.id,
    reason: part.reason,
    detail: part.detail,
    chargePointId: part.chargePointId,
    protocol: part.protocol,
    messageId: part.messageId,
    path: part.path,
    ...presentRaw(part.raw, part.rawBytes),
    receivedAt: part.receivedAt.toISOString(),
    source: { topic: part.topic, partition: part.partition, offset: part.offset },
  };
}
