import type { PoolClient } from '../pool.js';
import type { ReadingColumns, ReadingsPayload } from './feed-row.js';

/** What a change of readings says of one of them. */
export interface FedReading {
  readonly seriesId: number;
  readonly contextId: number;
  /** ms since 1970 UTC. */
  readonly timestampMs: number;
  readonly value: number;
  /** The charging session as the charge point names it. */
  readonly externalId: string | null;
  /** Bits of `Quality`. */
  readonly quality: number;
}

/** What a transaction did to the table `readings`. */
export interface ReadingChanges {
  readonly inserted: readonly FedReading[];
  readonly replaced: readonly { readonly before: FedReading; readonly after: FedReading }[];
}

/**
 * Commits, the changes on the feed; without any there is no row. One message to the server, since it holds the feed from the one
 * statement to the end of the other: neither network nor this process shall come between. Several statements in one message
 * can't have parameters.
 */
export async function commitWithReadings(client: PoolClient, changes: ReadingChanges): Promise<void> {
  if (changes.inserted.length === 0 && changes.replaced.length === 0) {
    await client.query('commit');
    return;
  }
  const payload = JSON.stringify(payloadOf(changes));
  await client.query(`select feed_append('readings', ${literal(payload)}); commit`);
}

function payloadOf({ inserted, replaced }: ReadingChanges): ReadingsPayload {
  if (replaced.length === 0) return { inserted: columnsOf(inserted) };
  return {
    inserted: columnsOf(inserted),
    replaced: {
      ...columnsOf(replaced.map(({ after }) => after)),
      oldValue: replaced.map(({ before }) => before.value),
      oldTransaction: replaced.map(({ before }) => before.externalId),
      oldQuality: replaced.map(({ before }) => before.quality),
    },
  };
}

const columnsOf = (readings: readonly FedReading[]): ReadingColumns => ({
  series: readings.map(({ seriesId }) => seriesId),
  ts: readings.map(({ timestampMs }) => timestampMs),
  context: readings.map(({ contextId }) => contextId),
  value: readings.map(({ value }) => value),
  transaction: readings.map(({ externalId }) => externalId),
  quality: readings.map(({ quality }) => quality),
});

/** As `escapeLiteral` of pg, which goes by single characters: these are megabytes. */
const literal = (text: string): string => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
