import type { Direction, EnergyFigures } from './energy.js';
import { ENERGY_MEASURANDS } from './energy.js';
import type { Query } from './read-database.js';

/** What the readings of a charging session come to. */
export interface SessionFigures {
  /** Where they are from: the session's connector, or where no start has told one, that of its readings. */
  readonly evseId: number;
  readonly connectorId: number;
  /** null: no series measured its energy. */
  readonly energy: EnergyFigures | null;
  /** Greatest reading of power, else greatest mean power between two samples of the register that counts; null: of neither. */
  readonly maxPowerW: number | null;
}

interface FiguresRow {
  readonly rowId: number;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measuredWh: number | null;
  readonly estimatedWh: number | null;
  readonly suspectWh: number | null;
  readonly maxPowerW: number | null;
}

/**
 * The rank of docs/energy.md, "Which series counts", at one connector; the lowest counts, and null never does. The rollups
 * choose by the same one for each day (server/rollups/energy/counting-series.ts).
 */
const RANK = `
    case when s.phase in ('', 'L1', 'L2', 'L3', 'L1-N', 'L2-N', 'L3-N') then concat(
      case when s.measurand = $2 then 0 else 1 end,
      coalesce(array_position('{Outlet,Inlet,Cable,EV,Body}'::text[], s.location), 6),
      s.location, chr(1),
      case when s.phase = '' then 0 when length(s.phase) = 2 then 1 else 2 end
    ) end collate "C"`;

/**
 * Of several places that readings of a session without a start came from, a connector comes before an EVSE or a charge point
 * as a whole. Expected plan, under WALK_SESSIONS: from the sessions to their slices by transaction_slices_by_transaction,
 * and to the series by primary key.
 */
const SQL = `
  with part as materialized (
    select l.transaction_id, l.series_id, sum(l.measured_wh order by l.bucket) as measured_wh,
      sum(l.estimated_wh order by l.bucket) as estimated_wh, sum(l.suspect_wh order by l.bucket) as suspect_wh,
      max(l.max_power_w) as max_power_w
    from unnest($1::bigint[]) as asked (id)
    join transaction_slices l on l.transaction_id = asked.id
    group by l.transaction_id, l.series_id
  ),
  placed as materialized (
    select part.*, s.evse_id, s.connector_id, s.measurand, s.unit, s.phase, s.location,
      t.connector_id is null or (s.evse_id, s.connector_id) = (t.evse_id, t.connector_id) as may_count,
      case when s.unit = 'Wh' and s.measurand in ($2, $3) then ${RANK} end as rank
    from part
    join series s on s.id = part.series_id
    join transactions t on t.id = part.transaction_id
  ),
  place as materialized (
    select distinct on (transaction_id) transaction_id, evse_id, connector_id from placed
    where may_count
    order by transaction_id, connector_id = 0, evse_id, connector_id
  ),
  ranked as (
    select p.*, min(p.rank) over (partition by p.transaction_id) as best
    from placed p
    join place on (place.transaction_id, place.evse_id, place.connector_id) = (p.transaction_id, p.evse_id, p.connector_id)
  )
  select transaction_id as "rowId", evse_id as "evseId", connector_id as "connectorId",
    sum(measured_wh) filter (where rank = best) as "measuredWh",
    sum(estimated_wh) filter (where rank = best) as "estimatedWh",
    sum(suspect_wh) filter (where rank = best) as "suspectWh",
    coalesce(
      max(max_power_w) filter (where measurand = 'Power.Active.Import' and unit = 'W' and phase = ''),
      sum(max_power_w) filter (where rank = best)) as "maxPowerW"
  from ranked
  group by transaction_id, evse_id, connector_id`;

/** By the id of the session's row; those of which the aggregates have nothing are missing. */
export async function readSessionFigures(
  query: Query,
  rowIds: readonly number[],
  direction: Direction,
): Promise<ReadonlyMap<number, SessionFigures>> {
  if (rowIds.length === 0) return new Map();
  const { text, values } = sessionFiguresStatement(rowIds, direction);
  const rows = await query<FiguresRow>(text, values);
  return new Map(rows.map((row) => [row.rowId, figuresOf(row)]));
}

/** The statement itself, so that its plan can be looked at. */
export function sessionFiguresStatement(
  rowIds: readonly number[],
  direction: Direction,
): { text: string; values: unknown[] } {
  return { text: SQL, values: [rowIds, ...ENERGY_MEASURANDS[direction]] };
}

function figuresOf({ measuredWh, estimatedWh, suspectWh, ...row }: FiguresRow): SessionFigures {
  const { evseId, connectorId, maxPowerW } = row;
  const energy =
    measuredWh === null && estimatedWh === null && suspectWh === null
      ? null
      : { measuredWh: measuredWh ?? 0, estimatedWh: estimatedWh ?? 0, suspectWh: suspectWh ?? 0 };
  return { evseId, connectorId, energy, maxPowerW };
}
