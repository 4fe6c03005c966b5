import type { Statements } from '../audit/audited.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { labelPlace, withLabelOpened } from '../encryption/label.js';
import { asOutage } from '../postgres-error.js';
import { CHARGE_POINT_COLUMNS, type ChargePoint } from '../read/charge-points.js';

export interface ChargePointChange {
  readonly id: string;
  /** undefined: as it is. */
  readonly label?: string | undefined;
  readonly site?: string | undefined;
  readonly status?: ChargePoint['status'] | undefined;
  /** Only while its version is one of these; undefined: whatever it is. */
  readonly versions: readonly number[] | undefined;
  /** Only while it is of one of these sites; null: of any. */
  readonly sites: readonly string[] | null;
}

export type ChangedChargePoint =
  | { readonly kind: 'changed'; readonly chargePoint: ChargePoint }
  /** There is none, or none of `sites`. */
  | { readonly kind: 'absent' }
  /** Its version is another one. */
  | { readonly kind: 'stale'; readonly version: number }
  /** It is retired, and the change doesn't say what its status is to be. */
  | { readonly kind: 'retired' };

/** Compare-and-set: who waits for a row that another one changes looks at the conditions again. */
const CHANGE = `
  update charge_points
  set label = coalesce($2::text, label), site = coalesce($3::text, site), status = coalesce($4::text, status)
  where id = $1
    and ($5::integer[] is null or version = any($5))
    and ($6::text[] is null or site = any($6))
    and (status <> 'retired' or $4::text is not null)
  returning ${CHARGE_POINT_COLUMNS}`;

const LOOK = `
  select version, status from charge_points where id = $1 and ($2::text[] is null or site = any($2))`;

/** Changes a charge point in one statement, or says why not. Rejects with DATABASE_UNAVAILABLE. */
export async function changeChargePoint(
  statements: Statements,
  change: ChargePointChange,
): Promise<ChangedChargePoint> {
  const { id, label, site, status, versions, sites } = change;
  const cipher = fieldsOf(statements);
  const values = [
    id,
    cipher.seal(labelPlace(id), label),
    site ?? null,
    status ?? null,
    versions ?? null,
    sites,
  ];
  try {
    for (;;) {
      const [chargePoint] = (await statements.query<ChargePoint>(CHANGE, values)).rows;
      if (chargePoint !== undefined)
        return { kind: 'changed', chargePoint: withLabelOpened(cipher, chargePoint) };
      const [found] = (await statements.query<Pick<ChargePoint, 'version' | 'status'>>(LOOK, [id, sites]))
        .rows;
      if (found === undefined) return { kind: 'absent' };
      if (versions?.includes(found.version) === false) return { kind: 'stale', version: found.version };
      if (found.status === 'retired' && status === undefined) return { kind: 'retired' };
      // Nothing stands in the way any more: it was changed between the two statements.
    }
  } catch (error) {
    throw asOutage(error);
  }
}
