import type { Reject } from '../../protocol/reject.js';
import type { FieldCipher } from '../encryption/field-cipher.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { detailPlace, type PlaceInLog } from '../encryption/quarantined-raw.js';
import type { PoolClient } from '../pool.js';
import type { SinkMessage } from '../reading-sink.js';
import { MAX_DETAIL, MAX_ID } from './insert-quarantine.js';
import { toStorableText } from './storable-text.js';

/** A message that was sent again from quarantine. */
export interface Redrive {
  readonly message: SinkMessage;
  /** Of the quarantined part. */
  readonly id: number;
  /** ms since 1970 UTC. */
  readonly receivedAtMs: number;
  /** It has a good reading, or a session. */
  readonly isGood: boolean;
  /** The first of its rejects. */
  readonly reject: Reject | null;
}

interface Part extends PlaceInLog {
  readonly id: number;
  readonly charge_point_id: string | null;
  readonly reason: string;
  /** As it is stored. */
  readonly detail: string;
  readonly redriven_ms: number | null;
  readonly resolved_ms: number | null;
}

/**
 * Settles the quarantined parts that messages of the batch were re-driven from, in the transaction of the flush. With something
 * good in the message the part is resolved; with nothing good it stays open and says why this time. So it does where the
 * message is still bad and all that is good in it was known: a bad part of a StopTransaction comes with its session again, and
 * would else be resolved and made anew for ever. A part that is gone, or that is of another charge point (the ids of a
 * database that was built anew are others), makes the message an ordinary one.
 *
 * @param withNews messages that told something that was not known
 * @returns the messages whose own rejects are not to be kept.
 */
export async function settleRedrives(
  client: PoolClient,
  redrives: readonly Redrive[],
  withNews: ReadonlySet<SinkMessage>,
): Promise<ReadonlySet<SinkMessage>> {
  const parts = await lockParts(client, redrives);
  const changed = new Map<number, Part>();
  const leftOut = new Set<SinkMessage>();
  for (const each of redrives) {
    const part = changed.get(each.id) ?? parts.get(each.id);
    if (part === undefined || !isOfSameChargePoint(part, each.message)) continue;
    const isRepeated = part.resolved_ms === null && each.reject !== null && !withNews.has(each.message);
    const redrive = { ...each, isGood: each.isGood && !isRepeated };
    if (part.resolved_ms !== null || !redrive.isGood) leftOut.add(redrive.message);
    changed.set(redrive.id, settle(fieldsOf(client), part, redrive));
  }
  await writeParts(client, [...changed.values()]);
  return leftOut;
}

/** Changes nothing when a topic is read again: what was told later than this, and being resolved, stays. */
function settle(cipher: FieldCipher, part: Part, { isGood, receivedAtMs, reject }: Redrive): Part {
  const redriven = { ...part, redriven_ms: Math.max(part.redriven_ms ?? -Infinity, receivedAtMs) };
  if (isGood) return { ...redriven, resolved_ms: Math.min(part.resolved_ms ?? Infinity, receivedAtMs) };
  const isNews = part.resolved_ms === null && receivedAtMs >= (part.redriven_ms ?? -Infinity);
  if (!isNews || reject === null) return redriven;
  const detail = cipher.seal(detailPlace(part), toStorableText(reject.detail, MAX_DETAIL));
  return { ...redriven, reason: reject.reason, detail };
}

function isOfSameChargePoint(part: Part, { chargePointId }: SinkMessage): boolean {
  if (part.charge_point_id === null) return true;
  return chargePointId !== null && part.charge_point_id === toStorableText(chargePointId, MAX_ID);
}

async function lockParts(
  client: PoolClient,
  redrives: readonly Redrive[],
): Promise<ReadonlyMap<number, Part>> {
  const { rows } = await client.query<Part>(
    `select id, topic, partition, "offset", path, charge_point_id, reason, detail, (extract(epoch from redriven_at) * 1000)::bigint as redriven_ms,
       (extract(epoch from resolved_at) * 1000)::bigint as resolved_ms
     from quarantine where id = any ($1::bigint[]) order by id for no key update`,
    [redrives.map(({ id }) => id)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function writeParts(client: PoolClient, parts: readonly Part[]): Promise<void> {
  if (parts.length === 0) return;
  await client.query(
    `update quarantine q set
       reason = u.reason, detail = u.detail,
       redriven_at = timestamptz 'epoch' + u.redriven_ms * interval '1 millisecond',
       resolved_at = timestamptz 'epoch' + u.resolved_ms * interval '1 millisecond'
     from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
       as u (id, reason, detail, redriven_ms, resolved_ms)
     where q.id = u.id`,
    [
      parts.map(({ id }) => id),
      parts.map(({ reason }) => reason),
      parts.map(({ detail }) => detail),
      parts.map(({ redriven_ms }) => redriven_ms),
      parts.map(({ resolved_ms }) => resolved_ms),
    ],
  );
}
