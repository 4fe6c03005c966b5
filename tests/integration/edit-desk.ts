import { inTransaction } from '../../store/in-transaction.js';
import { insertEdit, undoEdit } from '../../store/edits/write-edits.js';
import type { Pool } from '../../store/pool.js';
import type { PlannedEdit } from '../reference/generate-messages.js';
import type { Series } from '../reference/model.js';

/** Makes the edits of a world while its messages arrive, each at its time, and undoes some at the time of the edit after next. */
export class EditDesk {
  private readonly waiting: { readonly at: number; readonly edit: PlannedEdit }[];
  private readonly toUndo: number[] = [];

  /** @param times in hundredths of the messages, of as many edits as there may be. */
  constructor(
    private readonly pool: Pool,
    private readonly prefix: string,
    edits: readonly PlannedEdit[],
    times: readonly number[],
  ) {
    const sorted = [...times].sort((a, b) => a - b);
    this.waiting = edits.map((edit, index) => ({ edit, at: sorted[index] ?? 0 }));
  }

  /** What is to be edited before so much has arrived; Infinity: whatever is left. */
  async edit(hundredths: number): Promise<void> {
    for (let next = this.waiting[0]; next !== undefined && next.at <= hundredths; next = this.waiting[0]) {
      this.waiting.shift();
      await this.undo(2);
      await this.make(next.edit);
    }
    if (hundredths === Infinity) await this.undo(0);
  }

  private async undo(left: number): Promise<void> {
    while (this.toUndo.length > left) {
      const id = this.toUndo.shift() ?? 0;
      const how = { actor: 'somebody', reason: 'it was wrong' };
      await inTransaction(this.pool, (client) => undoEdit(client, id, how));
    }
  }

  private async make({ series, action, fromMs, toMs, value, transaction, isUndone }: PlannedEdit) {
    const chargePointId = `${this.prefix}${series.chargePointId}`;
    const seriesId = await this.seriesId({ ...series, chargePointId });
    const transactionId = transaction === null ? null : await this.transactionId(chargePointId, transaction);
    const rest = { findingId: null, reason: 'because', actor: 'somebody' };
    const edit = { seriesId, action, fromMs, toMs, value, transactionId, ...rest };
    const id = await inTransaction(this.pool, (client) => insertEdit(client, edit));
    if (isUndone) this.toUndo.push(id);
  }

  /** An edit may come before any reading of its series. */
  private async seriesId(series: Series): Promise<number> {
    const { chargePointId, evseId, connectorId, measurand, phase, location, unit } = series;
    await this.pool.query('insert into charge_points (id) values ($1) on conflict do nothing', [
      chargePointId,
    ]);
    const { rows } = await this.pool.query<{ id: number }>(
      `insert into series (charge_point_id, evse_id, connector_id, measurand, phase, location, unit)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (charge_point_id, evse_id, connector_id, measurand, phase, location, unit)
         do update set unit = excluded.unit
       returning id`,
      [chargePointId, evseId, connectorId, measurand, phase, location, unit],
    );
    return rows[0]?.id ?? 0;
  }

  private async transactionId(chargePointId: string, externalId: string): Promise<number> {
    const { rows } = await this.pool.query<{ id: number }>(
      `insert into transactions (charge_point_id, external_id) values ($1, $2)
       on conflict (charge_point_id, external_id) do update set external_id = excluded.external_id returning id`,
      [chargePointId, externalId],
    );
    return rows[0]?.id ?? 0;
  }
}
