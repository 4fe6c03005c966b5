import type { EditBody, UndoBody } from '../routes/body/edit-body.js';
import {
  editsCursor,
  type EditParams,
  type EditsCursor,
  type EditsQuery,
} from '../routes/query/edits-query.js';
import type { Principal } from '../server/access/access.js';
import type { AuditEvent, AuditOrigin } from '../store/audit/audit-entry.js';
import { audited } from '../store/audit/audited.js';
import { BEFORE_THE_HORIZON, makeEdit } from '../store/edits/make-edit.js';
import { settleFindings } from '../store/edits/settle-findings.js';
import { undoEdit } from '../store/edits/write-edits.js';
import type { Pool } from '../store/pool.js';
import { readHorizon } from '../store/retention/horizons.js';
import { readEdit, readEdits, type EditRow } from '../store/read/edits.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { visibleChargePoints } from '../store/read/visible-charge-points.js';
import { created, ok, refused, type Answer } from './answer.js';
import { answerList } from './list.js';
import { EDIT_COLUMNS, presentEdit } from './present-edit.js';
import { problem } from './problem.js';
import { sitesOf } from './sites-of.js';

const EARLIEST_MS = Date.UTC(1970, 0);

/** What operators decide about readings. @param pool of the primary: an edit, its audit and its marks are one transaction. */
export function editsController(pool: Pool, database: ReadDatabase, now: () => number = Date.now) {
  const primary = database.onPrimary();
  const shown = async (id: number, sites: readonly string[] | null): Promise<EditRow | undefined> =>
    primary.read((run) => readEdit(run, id, sites));
  return {
    make: async ({ principal, origin, body }: Asked & { body: EditBody }): Promise<Answer> => {
      const { from: fromMs } = body;
      if (fromMs !== undefined && (fromMs > now() || fromMs < EARLIEST_MS)) {
        return refusedEdit('from', 'expected a time from 1970 until now');
      }
      const sites = sitesOf(principal);
      const made = await audited(pool, origin, async (statements) => {
        const result = await makeEdit(statements, { ...body, actor: origin.actor }, sites);
        return { result, events: result.kind === 'made' && result.isNew ? [madeEvent(result, body)] : [] };
      });
      if (made.kind === 'refused') return refusedEdit(made.field, made.why);
      const edit = await shown(made.id, sites);
      if (edit === undefined) return unknownEdit();
      const headers = { Location: `/v1/edits/${made.id}` };
      return made.isNew ? created(presentEdit(edit), headers) : ok(presentEdit(edit), headers);
    },

    undo: async ({
      principal,
      origin,
      params: { id },
      body: { reason },
    }: Asked & { params: EditParams; body: UndoBody }): Promise<Answer> => {
      const sites = sitesOf(principal);
      const known = await shown(id, sites);
      if (known === undefined) return unknownEdit();
      if (known.from.getTime() < (await readHorizon(pool))) return refusedEdit('id', BEFORE_THE_HORIZON);
      await audited(pool, origin, async (statements) => {
        const isUndone = await undoEdit(statements, id, { actor: origin.actor, reason });
        if (isUndone) await settleFindings(statements, id);
        const event = {
          action: 'edit.undo',
          outcome: 'done',
          subject: known.chargePointId,
          detail: { id },
        } as const;
        return { result: isUndone, events: isUndone ? [event] : [] };
      });
      const edit = await shown(id, sites);
      return edit === undefined ? unknownEdit() : ok(presentEdit(edit));
    },

    show: async ({
      principal,
      params: { id },
    }: {
      principal: Principal;
      params: EditParams;
    }): Promise<Answer> => {
      const edit = await database.read((run) => readEdit(run, id, sitesOf(principal)));
      return edit === undefined ? unknownEdit() : ok(presentEdit(edit));
    },

    ...answerList<EditsQuery, EditRow, EditsCursor>(database, {
      columns: EDIT_COLUMNS,
      read: async (run, query, { sites, after, limit }) =>
        readEdits(run, {
          ...(await visibleChargePoints(run, query.chargePointId, sites)),
          action: query.action,
          holds: query.state === 'all' ? undefined : query.state === 'holding',
          findingId: query.findingId,
          fromMs: query.from,
          toMs: query.to,
          beforeId: after?.[0],
          limit,
        }),
      present: presentEdit,
      keyOf: ({ id }) => [id],
      cursorOf: editsCursor,
    }),
  };
}

interface Asked {
  readonly principal: Principal;
  readonly origin: AuditOrigin;
}

/** Without the reason: it may name a person, and what the audit has stays there. */
function madeEvent(
  { id, chargePointId, fromMs, toMs }: { id: number; chargePointId: string; fromMs: number; toMs: number },
  { action, value, findingId }: EditBody,
): AuditEvent {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  return {
    action: 'edit.make',
    outcome: 'done',
    subject: chargePointId,
    detail: { id, action, from, to, value, findingId },
  };
}

function refusedEdit(parameter: string, message: string): Answer {
  return refused(problem('edit-refused', `${parameter}: ${message}`, { errors: [{ parameter, message }] }));
}

function unknownEdit(): Answer {
  return refused(problem('not-found', 'There is no edit with this id.'));
}
