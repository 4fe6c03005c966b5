import { formatChangeId } from '../../protocol/live/change-id.js';
import type { Change, LiveChargePoint, LiveReading } from '../../protocol/live/change.js';
import { qualityNames } from '../../protocol/quality-names.js';
import type {
  ChargePointPayload,
  ChargePointRow,
  FeedRow,
  ReadingColumns,
  ReadingsPayload,
} from './feed-row.js';
import type { SeriesDictionary } from './series-dictionary.js';

/** The changes of a row, in the order of their numbers. The dictionary has loaded what the row needs. */
export function changesOfRow(row: FeedRow, dictionary: SeriesDictionary): Change[] {
  const place = {
    timestamp: new Date(row.committedAtMs).toISOString(),
    changeId: (index: number) => formatChangeId({ position: row.position, index }),
  };
  return row.kind === 'readings'
    ? readingChanges(row.payload, dictionary, place)
    : [chargePointChange(row.payload, place)];
}

interface Place {
  readonly timestamp: string;
  readonly changeId: (index: number) => string;
}

function readingChanges(
  { inserted, replaced }: ReadingsPayload,
  dictionary: SeriesDictionary,
  { timestamp, changeId }: Place,
): Change[] {
  const kind = 'reading';
  const changes = inserted.series.map((_, at): Change => {
    const data = readingAt(inserted, at, dictionary);
    return { kind, type: 'INSERT', data, timestamp, changeId: changeId(at) };
  });
  if (replaced === undefined) return changes;
  const before = {
    ...replaced,
    value: replaced.oldValue,
    transaction: replaced.oldTransaction,
    quality: replaced.oldQuality,
  };
  for (const at of replaced.series.keys()) {
    const oldData = readingAt(before, at, dictionary);
    const newData = readingAt(replaced, at, dictionary);
    changes.push({ kind, type: 'UPDATE', oldData, newData, timestamp, changeId: changeId(changes.length) });
  }
  return changes;
}

function readingAt(columns: ReadingColumns, at: number, dictionary: SeriesDictionary): LiveReading {
  const { series, ts, context, value, transaction, quality } = columns;
  return {
    ...dictionary.seriesOf(valueAt(series, at)),
    context: dictionary.contextOf(valueAt(context, at)),
    timestamp: new Date(valueAt(ts, at)).toISOString(),
    value: valueAt(value, at),
    transactionId: transaction[at] ?? null,
    quality: qualityNames(valueAt(quality, at)),
  };
}

function valueAt(column: readonly number[], at: number): number {
  const value = column[at];
  if (value === undefined) throw new Error('the columns of a feed row are of different lengths');
  return value;
}

function chargePointChange(payload: ChargePointPayload, { timestamp, changeId }: Place): Change {
  const place = { kind: 'chargePoint', timestamp, changeId: changeId(0) } as const;
  switch (payload.op) {
    case 'insert':
      return { ...place, type: 'INSERT', data: chargePointOf(payload.new) };
    case 'update':
      return {
        ...place,
        type: 'UPDATE',
        oldData: chargePointOf(payload.old),
        newData: chargePointOf(payload.new),
      };
    case 'delete':
      return { ...place, type: 'DELETE', data: chargePointOf(payload.old) };
  }
}

/** Times as the API writes them. */
function chargePointOf(row: ChargePointRow): LiveChargePoint {
  return {
    ...row,
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
  };
}
