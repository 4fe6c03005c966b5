import { copyOut, copyRows } from '../copy/copy.js';
import { RowWriter } from '../copy/row-writer.js';
import type { PoolClient } from '../pool.js';

const COLUMNS = [
  'restarts',
  'continuations',
  'clock_contradictions',
  'clock_agreements',
  'boundary_contradictions',
  'boundary_agreements',
];

/** Numbers in the order of the columns: restarts, continuations, then contradictions and agreements of clock and boundary. */
export type EvidenceNumbers = readonly number[];

export interface StoredEvidence {
  readonly seriesId: number;
  readonly bucketMs: number;
  readonly numbers: EvidenceNumbers;
}

/** The evidence in the inner buckets of the pass's spans. */
export async function readEvidence(client: PoolClient): Promise<StoredEvidence[]> {
  const reader = await copyOut(
    client,
    `select e.* from pass_spans w cross join lateral (
       select series_id, bucket, ${COLUMNS.join(', ')} from register_evidence
       where series_id = w.series_id and bucket >= w.inner_from and bucket < w.inner_to
       offset 0
     ) e`,
  );
  const evidence: StoredEvidence[] = [];
  while (reader.nextRow()) {
    const [seriesId, bucketMs] = [reader.int32(), reader.time()];
    evidence.push({ seriesId, bucketMs, numbers: COLUMNS.map(() => reader.int16()) });
  }
  return evidence;
}

/** Takes rows away, then puts rows in: what changed is both. */
export async function writeEvidence(
  client: PoolClient,
  gone: readonly Pick<StoredEvidence, 'seriesId' | 'bucketMs'>[],
  added: readonly StoredEvidence[],
): Promise<void> {
  if (gone.length > 0) {
    await client.query(
      `delete from register_evidence e using unnest($1::integer[], $2::timestamptz[]) as u (series_id, bucket)
       where e.series_id = u.series_id and e.bucket = u.bucket`,
      [gone.map(({ seriesId }) => seriesId), gone.map(({ bucketMs }) => new Date(bucketMs))],
    );
  }
  const rows = new RowWriter(2 + COLUMNS.length);
  for (const { seriesId, bucketMs, numbers } of added) {
    rows.row().int32(seriesId).time(bucketMs);
    COLUMNS.forEach((_, index) => rows.int16(numbers[index] ?? 0));
  }
  await copyRows(client, `register_evidence (series_id, bucket, ${COLUMNS.join(', ')})`, rows);
}

/** All evidence of each series, added up; of those that any was found of. */
export async function readEvidenceSums(
  client: PoolClient,
  seriesIds: readonly number[],
): Promise<ReadonlyMap<number, EvidenceNumbers>> {
  const { rows } = await client.query<{ seriesId: number; numbers: EvidenceNumbers }>(
    `select series_id as "seriesId", array[${COLUMNS.map((column) => `sum(${column})::integer`).join(', ')}] as numbers
     from register_evidence where series_id = any ($1::integer[]) group by series_id`,
    [seriesIds],
  );
  return new Map(rows.map(({ seriesId, numbers }) => [seriesId, numbers]));
}

export interface StoredSemantics {
  readonly seriesId: number;
  readonly numbers: EvidenceNumbers;
  readonly kind: 'lifetime' | 'session';
  readonly ignoresClock: boolean;
  readonly ignoresBoundary: boolean;
}

/** Of those series that any evidence was found of. */
export async function readSemantics(
  client: PoolClient,
  seriesIds: readonly number[],
): Promise<ReadonlyMap<number, StoredSemantics>> {
  const { rows } = await client.query<StoredSemantics>(
    `select series_id as "seriesId", array[${COLUMNS.join(', ')}] as numbers, kind,
       ignores_clock as "ignoresClock", ignores_boundary as "ignoresBoundary"
     from register_semantics where series_id = any ($1::integer[])`,
    [seriesIds],
  );
  return new Map(rows.map((row) => [row.seriesId, row]));
}

export async function writeSemantics(
  client: PoolClient,
  semantics: readonly StoredSemantics[],
): Promise<void> {
  if (semantics.length === 0) return;
  const set = [...COLUMNS, 'kind', 'ignores_clock', 'ignores_boundary'];
  await client.query(
    `insert into register_semantics (series_id, ${set.join(', ')})
     select * from unnest($1::integer[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::integer[],
       $7::integer[], $8::text[], $9::boolean[], $10::boolean[])
     on conflict (series_id) do update set ${set.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [
      semantics.map(({ seriesId }) => seriesId),
      ...COLUMNS.map((_, index) => semantics.map(({ numbers }) => numbers[index] ?? 0)),
      semantics.map(({ kind }) => kind),
      semantics.map(({ ignoresClock }) => ignoresClock),
      semantics.map(({ ignoresBoundary }) => ignoresBoundary),
    ],
  );
  // One whose evidence has all gone is as one that never had any.
  await client.query(
    `delete from register_semantics
     where series_id = any ($1::integer[]) and ${COLUMNS.map((column) => `${column} = 0`).join(' and ')}`,
    [semantics.map(({ seriesId }) => seriesId)],
  );
}
