import type { Query } from './read-database.js';

export interface RegisterSpan {
  readonly chargePointId: string;
  /** Wh by which the registers rose. */
  readonly energyWh: number;
  /** Register readings that were looked at. */
  readonly readings: number;
}

/**
 * By how much the import registers of each charge point rose: the positive steps between neighbouring readings, summed.
 *
 * A preview, not a bill: a step counts wholly, whatever time it spans, and no rule looks for spikes or power that can't be.
 * A drop is taken as a reset. A lone zero between neighbours that agree is left out (some chargers begin a transaction
 * with one). What measures the same energy twice is counted once: the total instead of its phases where there is one,
 * the connectors instead of the charge point's main meter (connector 0), the outlet instead of the inlet.
 */
const SQL = `
  with registers as (
    select s.id, s.charge_point_id
    from series s
    where s.measurand = 'Energy.Active.Import.Register' and s.unit = 'Wh'
      and (s.location = 'Outlet' or s.location = 'Inlet' and not exists (
        select from series outlet
        where outlet.charge_point_id = s.charge_point_id and outlet.evse_id = s.evse_id
          and outlet.connector_id = s.connector_id and outlet.measurand = s.measurand
          and outlet.location = 'Outlet' and outlet.unit = s.unit))
      and (s.phase = '' or not exists (
        select from series total
        where total.charge_point_id = s.charge_point_id and total.evse_id = s.evse_id
          and total.connector_id = s.connector_id and total.measurand = s.measurand
          and total.phase = '' and total.location = s.location and total.unit = s.unit))
      and (s.evse_id > 0 or s.connector_id > 0 or not exists (
        select from series connector
        where connector.charge_point_id = s.charge_point_id and connector.measurand = s.measurand
          and connector.location = s.location and connector.unit = s.unit
          and (connector.evse_id > 0 or connector.connector_id > 0)))
  ),
  neighbours as (
    select r.series_id, r.ts, r.context, r.value,
      lag(r.value) over series_order as before, lead(r.value) over series_order as after
    from readings r
    where r.series_id in (select id from registers)
      and r.ts >= $1::timestamptz and r.ts <= $2::timestamptz
    window series_order as (partition by r.series_id order by r.ts, r.context)
  ),
  steps as (
    select series_id, ts, context,
      value - lag(value) over (partition by series_id order by ts, context) as step
    from neighbours
    where (value = 0 and before > 0 and after >= before) is not true
  )
  select g.charge_point_id as "chargePointId",
    coalesce(sum(greatest(s.step, 0) order by s.series_id, s.ts, s.context), 0) as "energyWh",
    count(*) as readings
  from steps s
  join registers g on g.id = s.series_id
  group by g.charge_point_id
  order by g.charge_point_id`;

/** The time of both ends is included; take them from `readStats`. */
export function readRegisterSpans(
  query: Query,
  window: { readonly from: Date; readonly to: Date },
): Promise<RegisterSpan[]> {
  return query<RegisterSpan>(SQL, [window.from.toISOString(), window.to.toISOString()]);
}
