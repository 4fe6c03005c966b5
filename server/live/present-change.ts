import type { Audience } from './audience.js';
import type { Presentation, RoutedChange } from './routed-change.js';

/** How an audience is told of a change; null: it isn't. */
export function presentChange(
  routed: RoutedChange,
  { chargePointIds, sites, measurands, kinds }: Audience,
  changedOnly: boolean,
): Presentation | null {
  const { change } = routed;
  if (!kinds.has(change.kind)) return null;
  if (chargePointIds !== null && !chargePointIds.has(routed.chargePointId)) return null;
  const asItIs = changedOnly ? 'brief' : 'whole';
  if (change.kind === 'reading') {
    const { measurand } = change.type === 'UPDATE' ? change.newData : change.data;
    if (measurands !== null && !measurands.has(measurand)) return null;
    return sites === null || sites.has(routed.site) ? asItIs : null;
  }
  if (sites === null) return asItIs;
  if (change.type !== 'UPDATE') return sites.has(change.data.site) ? asItIs : null;
  const was = sites.has(change.oldData.site);
  const is = sites.has(change.newData.site);
  if (was && is) return asItIs;
  if (is) return 'gained';
  return was ? 'lost' : null;
}
