import { presentChargePoint } from '../protocol/live/present-charge-point.js';
import type {
  ChargePointBody,
  ChargePointChangeBody,
  NewChargePointBody,
  RegistrableParams,
} from '../routes/body/charge-point-body.js';
import type { ChargePointParams } from '../routes/query/charge-points-query.js';
import type { Principal } from '../server/access/access.js';
import type { AuditAction, AuditEvent, AuditOrigin } from '../store/audit/audit-entry.js';
import { audited } from '../store/audit/audited.js';
import type { Pool } from '../store/pool.js';
import { readChargePoint } from '../store/read/charge-point.js';
import type { ChargePoint } from '../store/read/charge-points.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import {
  changeChargePoint,
  type ChangedChargePoint,
  type ChargePointChange,
} from '../store/registry/change-charge-point.js';
import { createChargePoint } from '../store/registry/create-charge-point.js';
import { replaceChargePoint } from '../store/registry/replace-charge-point.js';
import { created, done, ok, refused, type Answer, type AnswerHeaders } from './answer.js';
import { versionTag, type Condition } from './entity-tag.js';
import { problem } from './problem.js';
import { maySee, sitesOf } from './sites-of.js';

interface Asked {
  readonly principal: Principal;
  readonly origin: AuditOrigin;
  readonly condition: Condition | undefined;
}

/** Changes of charge points. `database` is the primary's. */
export function registryController(pool: Pool, database: ReadDatabase) {
  return {
    create: async ({
      principal,
      origin,
      body,
    }: Omit<Asked, 'condition'> & { body: NewChargePointBody }): Promise<Answer> => {
      if (!maySee(principal, body.site)) return foreignSite(body.site);
      const chargePoint = await audited(pool, origin, async (statements) => {
        const result = await createChargePoint(statements, body);
        const events = result === undefined ? [] : [eventOf('charge-point.create', result)];
        return { result, events };
      });
      if (chargePoint !== undefined) return createdAnswer(chargePoint);
      const found = await database.read((run) => readChargePoint(run, body.id, sitesOf(principal)));
      const state = found?.status === 'retired' ? ', and it is retired' : '';
      return refused(problem('charge-point-exists', `There is a charge point with this id already${state}.`));
    },

    replace: async ({
      principal,
      origin,
      params,
      body,
      condition,
    }: Asked & { params: RegistrableParams; body: ChargePointBody }): Promise<Answer> => {
      if (!maySee(principal, body.site)) return foreignSite(body.site);
      if (condition !== undefined) {
        const answer = await changed(pool, { ...params, ...body }, { principal, origin, condition });
        // What isn't there can meet no condition, and must not be made.
        return answer ?? refused(problem('version-conflict', 'There is no charge point with this id.'));
      }
      const replaced = await audited(pool, origin, async (statements) => {
        const result = await replaceChargePoint(statements, { ...params, ...body }, sitesOf(principal));
        if (result === undefined) return { result, events: [] };
        const action = result.isNew ? 'charge-point.create' : 'charge-point.change';
        return { result, events: [eventOf(action, result.chargePoint)] };
      });
      if (replaced === undefined) {
        return refused(problem('forbidden', 'The charge point with this id is of none of your sites.'));
      }
      const { chargePoint, isNew } = replaced;
      return isNew ? createdAnswer(chargePoint) : tagged(chargePoint);
    },

    change: async ({
      principal,
      origin,
      params,
      body,
      condition,
    }: Asked & { params: ChargePointParams; body: ChargePointChangeBody }): Promise<Answer> => {
      if (body.site !== undefined && !maySee(principal, body.site)) return foreignSite(body.site);
      const answer = await changed(pool, { ...params, ...body }, { principal, origin, condition });
      return answer ?? unknownChargePoint();
    },

    retire: async ({
      principal,
      origin,
      params,
      condition,
    }: Asked & { params: ChargePointParams }): Promise<Answer> => {
      const answer = await changed(pool, { ...params, status: 'retired' }, { principal, origin, condition });
      if (answer === null) return unknownChargePoint();
      return answer.kind === 'body' ? done() : answer;
    },
  };
}

/** null: there is none that they may see. */
async function changed(
  pool: Pool,
  change: Omit<ChargePointChange, 'versions' | 'sites'>,
  { principal, origin, condition }: Asked,
): Promise<Answer | null> {
  const versions = condition === 'exists' ? undefined : condition;
  const result = await audited<ChangedChargePoint>(pool, origin, async (statements) => {
    const outcome = await changeChargePoint(statements, { ...change, versions, sites: sitesOf(principal) });
    if (outcome.kind !== 'changed') return { result: outcome, events: [] };
    const action = change.status === 'retired' ? 'charge-point.retire' : 'charge-point.change';
    return { result: outcome, events: [eventOf(action, outcome.chargePoint)] };
  });
  switch (result.kind) {
    case 'changed':
      return tagged(result.chargePoint);
    case 'absent':
      return null;
    case 'stale':
      return refused(
        problem('version-conflict', `It was changed meanwhile: this is version ${result.version}.`, {
          currentVersion: result.version,
          headers: { ETag: versionTag(result.version) },
        }),
      );
    case 'retired':
      return refused(problem('charge-point-retired', 'This charge point is retired; give its status too.'));
  }
}

/** Without the label: it may name a person, and what the audit has stays there. */
function eventOf(action: AuditAction, { id, site, status, version }: ChargePoint): AuditEvent {
  return { action, outcome: 'done', subject: id, detail: { site, status, version } };
}

function tagged(chargePoint: ChargePoint, headers: AnswerHeaders = {}): Answer {
  return ok(presentChargePoint(chargePoint), { ...headers, ETag: versionTag(chargePoint.version) });
}

function createdAnswer(chargePoint: ChargePoint): Answer {
  return created(presentChargePoint(chargePoint), {
    Location: `/v1/charge-points/${encodeURIComponent(chargePoint.id)}`,
    ETag: versionTag(chargePoint.version),
  });
}

function unknownChargePoint(): Answer {
  return refused(problem('not-found', 'There is no charge point with this id.'));
}

function foreignSite(site: string): Answer {
  return refused(
    problem('forbidden', site === '' ? 'Give a site of yours.' : `The site ${site} is none of yours.`),
  );
}
