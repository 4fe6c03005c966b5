import { redriveCursor, type RedriveBody } from '../routes/body/redrive-body.js';
import type { QuarantinedPartParams } from '../routes/query/quarantine-query.js';
import { MessagesTooLargeError } from '../server/broker/messages-too-large-error.js';
import type { LogMessage, MessageLog } from '../server/broker/message-log.js';
import type { Principal } from '../server/access/access.js';
import type { AuditOrigin } from '../store/audit/audit-entry.js';
import { auditEvent } from '../store/audit/audited.js';
import type { Pool } from '../store/pool.js';
import { readQuarantinedPart } from '../store/read/quarantined-part.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { readAskedParts, readRedriveCandidates } from '../store/read/redrive-candidates.js';
import { ok, refused, type Answer } from './answer.js';
import { problem } from './problem.js';
import { unknownPart } from './quarantine.js';
import { sitesOf } from './sites-of.js';
import { redriveMessage, type RedrivablePart } from './redrive-message.js';

/** Of raw that is read for one request: its copies on the way to the log are a few times as large. */
const MAX_BYTES = 4 * 1024 * 1024;
const TOO_LARGE = 'the message log takes no message that large';

interface Skipped {
  readonly id: number;
  readonly detail: string;
}

/**
 * Quarantined parts go to the message log again, and the worker judges them as it does all others; it also settles their
 * rows. Answers when the log has them: to send a part twice does no harm.
 */
export function redriveController(
  pool: Pool,
  database: ReadDatabase,
  log: Pick<MessageLog, 'publish'>,
  now: () => number = Date.now,
) {
  // Before they are published, which no transaction can be with: what is not in the audit is not sent.
  const audit =
    (origin: AuditOrigin) =>
    (ids: readonly number[]): Promise<void> => {
      const subject = ids.length === 1 ? String(ids[0]) : null;
      const event = { action: 'quarantine.redrive', outcome: 'begun', subject, detail: { ids } } as const;
      return auditEvent(pool, origin, event);
    };
  return {
    one: async ({
      principal,
      origin,
      params: { id },
    }: {
      principal: Principal;
      origin: AuditOrigin;
      params: QuarantinedPartParams;
    }): Promise<Answer> => {
      const part = await database.read((run) => readQuarantinedPart(run, id, sitesOf(principal)));
      if (part === undefined) return unknownPart();
      if (part.status === 'resolved') return ok({ id, status: part.status, redriven: false });
      const { skipped } = await publish(log, [part], now(), audit(origin));
      const [refusal] = skipped;
      if (refusal !== undefined) return refused(problem('not-redrivable', refusal.detail));
      return accepted({ id, status: part.status, redriven: true });
    },

    many: async ({
      principal,
      origin,
      body,
    }: {
      principal: Principal;
      origin: AuditOrigin;
      body: RedriveBody;
    }): Promise<Answer> => {
      const { cursor } = body;
      const sites = sitesOf(principal);
      const { parts, more, unfit } = await database.read(async (run) => ({
        ...(await readRedriveCandidates(run, {
          ids: body.ids,
          reason: body.reason,
          chargePointId: body.chargePointId,
          sites,
          after: cursor && { receivedAtMs: cursor[0], id: cursor[1] },
          limit: body.limit,
          maxBytes: MAX_BYTES,
        })),
        // Those who go on by a cursor have been told.
        unfit: cursor === undefined ? await unfitIds(run, body, sites) : [],
      }));
      const { redriven, skipped } = await publish(log, parts, now(), audit(origin));
      const last = parts.at(-1);
      return accepted({
        redriven,
        skipped: [...unfit, ...skipped],
        nextCursor: more && last !== undefined ? redriveCursor([last.receivedAt.getTime(), last.id]) : null,
      });
    },
  };
}

function accepted(body: unknown): Answer {
  return { kind: 'body', status: 202, body, headers: {} };
}

/** Which of the ids that were asked for stay out, and why. */
async function unfitIds(
  run: Query,
  { ids, reason, chargePointId }: RedriveBody,
  sites: readonly string[] | null,
): Promise<Skipped[]> {
  if (ids === undefined) return [];
  const known = new Map(
    (await readAskedParts(run, { ids, reason, chargePointId, sites })).map((part) => [part.id, part]),
  );
  return ids.flatMap((id) => {
    const part = known.get(id);
    if (part === undefined) return [{ id, detail: 'there is no such part' }];
    if (!part.fits) return [{ id, detail: 'it has another reason or charge point' }];
    return part.status === 'resolved' ? [{ id, detail: 'it is resolved already' }] : [];
  });
}

/** Resolves when the log has every message that could be made. Rejects with LOG_UNAVAILABLE. */
async function publish(
  log: Pick<MessageLog, 'publish'>,
  parts: readonly RedrivablePart[],
  nowMs: number,
  audit: (ids: readonly number[]) => Promise<void>,
): Promise<{ readonly redriven: number; readonly skipped: readonly Skipped[] }> {
  const skipped: Skipped[] = [];
  const messages: LogMessage[] = [];
  const ids: number[] = [];
  for (const part of parts) {
    const made = redriveMessage(part, nowMs);
    if (made.ok) {
      messages.push(made.message);
      ids.push(part.id);
    } else skipped.push({ id: part.id, detail: made.detail });
  }
  if (ids.length > 0) await audit(ids);
  const tooLarge = await publishFitting(log, messages);
  for (const index of tooLarge) skipped.push({ id: ids[index] ?? 0, detail: TOO_LARGE });
  return { redriven: messages.length - tooLarge.length, skipped };
}

/** Places of those that the log is not made for. */
async function publishFitting(
  log: Pick<MessageLog, 'publish'>,
  messages: readonly LogMessage[],
): Promise<readonly number[]> {
  if (messages.length === 0) return [];
  try {
    await log.publish(messages);
    return [];
  } catch (error) {
    if (error instanceof MessagesTooLargeError) return error.indexes;
    throw error;
  }
}
