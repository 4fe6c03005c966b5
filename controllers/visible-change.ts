import type { Change, ChangeOf } from '../protocol/live/change.js';
import type { Principal } from '../server/access/access.js';
import { maySee } from './sites-of.js';

/**
 * A change as somebody sees it who sees some sites only; null: not at all. A charge point that leaves their sites is deleted to
 * them, and one that comes to them inserted.
 *
 * @param siteOf site of a charge point that has a reading; undefined: the registry doesn't have it.
 */
export function visibleChange(
  change: Change,
  principal: Principal,
  siteOf: (chargePointId: string) => string | undefined,
): Change | null {
  if (principal.sites === null) return change;
  if (change.kind === 'chargePoint') return visibleChargePoint(change, principal);
  const { chargePointId } = change.type === 'UPDATE' ? change.newData : change.data;
  const site = siteOf(chargePointId);
  return site !== undefined && maySee(principal, site) ? change : null;
}

function visibleChargePoint(change: ChangeOf<'chargePoint'>, principal: Principal): Change | null {
  const { kind, timestamp, changeId } = change;
  if (change.type !== 'UPDATE') return maySee(principal, change.data.site) ? change : null;
  const { oldData, newData } = change;
  const saw = maySee(principal, oldData.site);
  const sees = maySee(principal, newData.site);
  if (saw && sees) return change;
  if (saw) return { kind, type: 'DELETE', data: oldData, timestamp, changeId };
  return sees ? { kind, type: 'INSERT', data: newData, timestamp, changeId } : null;
}
