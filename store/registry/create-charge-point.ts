import type { Statements } from '../audit/audited.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { labelPlace, withLabelOpened } from '../encryption/label.js';
import { asOutage } from '../postgres-error.js';
import { CHARGE_POINT_COLUMNS, type ChargePoint } from '../read/charge-points.js';

export type NewChargePoint = Pick<ChargePoint, 'id' | 'label' | 'site' | 'status'>;

const SQL = `
  insert into charge_points (id, label, site, status) values ($1, $2, $3, $4)
  on conflict (id) do nothing
  returning ${CHARGE_POINT_COLUMNS}`;

/** Adds a charge point; undefined: its id is taken, be it by a retired one. Rejects with DATABASE_UNAVAILABLE. */
export async function createChargePoint(
  statements: Statements,
  { id, label, site, status }: NewChargePoint,
): Promise<ChargePoint | undefined> {
  try {
    const cipher = fieldsOf(statements);
    const sealed = cipher.seal(labelPlace(id), label);
    const [row] = (await statements.query<ChargePoint>(SQL, [id, sealed, site, status])).rows;
    return row === undefined ? undefined : withLabelOpened(cipher, row);
  } catch (error) {
    throw asOutage(error);
  }
}
