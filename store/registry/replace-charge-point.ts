import type { Statements } from '../audit/audited.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { labelPlace, withLabelOpened } from '../encryption/label.js';
import { asOutage } from '../postgres-error.js';
import { CHARGE_POINT_COLUMNS, type ChargePoint } from '../read/charge-points.js';
import type { NewChargePoint } from './create-charge-point.js';

export interface ReplacedChargePoint {
  readonly chargePoint: ChargePoint;
  readonly isNew: boolean;
}

/** `xmax` is 0 in a row that was inserted and never locked. */
const SQL = `
  insert into charge_points as c (id, label, site, status) values ($1, $2, $3, $4)
  on conflict (id) do update set label = excluded.label, site = excluded.site, status = excluded.status
    where $5::text[] is null or c.site = any($5)
  returning ${CHARGE_POINT_COLUMNS}, xmax = 0 as "isNew"`;

/**
 * Makes a charge point what is given, whether there is one or not; undefined: there is one of a site that is none of
 * `sites` (null: any). Rejects with DATABASE_UNAVAILABLE.
 */
export async function replaceChargePoint(
  statements: Statements,
  { id, label, site, status }: NewChargePoint,
  sites: readonly string[] | null,
): Promise<ReplacedChargePoint | undefined> {
  const cipher = fieldsOf(statements);
  try {
    const { rows } = await statements.query<ChargePoint & { isNew: boolean }>(SQL, [
      id,
      cipher.seal(labelPlace(id), label),
      site,
      status,
      sites,
    ]);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { isNew, ...chargePoint } = row;
    return { chargePoint: withLabelOpened(cipher, chargePoint), isNew };
  } catch (error) {
    throw asOutage(error);
  }
}
