import type { LiveFilter } from '../../protocol/live/client-message.js';
import type { LiveKind } from '../../protocol/live/change.js';
import type { Principal } from '../access/access.js';

/** A filter and a row rule as one: who is told of what. null: any. */
export interface Audience {
  readonly chargePointIds: ReadonlySet<string> | null;
  /** Of the charge point. Empty: none of what was asked for may be seen. */
  readonly sites: ReadonlySet<string> | null;
  /** Of readings; a charge point's change has none and passes. */
  readonly measurands: ReadonlySet<string> | null;
  readonly kinds: ReadonlySet<LiveKind>;
  /** The same for two that are told the same, whatever the order of their names. */
  readonly key: string;
}

const DEFAULT_KINDS: readonly LiveKind[] = ['reading', 'chargePoint'];

/** What is left of a filter for somebody who may see some sites only. */
export function audienceOf(filter: LiveFilter, { sites: ownSites }: Pick<Principal, 'sites'>): Audience {
  const chargePointIds = sorted(filter.chargePointIds);
  const measurands = sorted(filter.measurands);
  const asked = sorted(filter.sites);
  const sites =
    ownSites === null ? asked : (asked?.filter((site) => ownSites.has(site)) ?? [...ownSites].sort());
  const kinds = [...new Set(filter.kinds ?? DEFAULT_KINDS)].sort();
  return {
    chargePointIds: setOf(chargePointIds),
    sites: setOf(sites),
    measurands: setOf(measurands),
    kinds: new Set(kinds),
    key: JSON.stringify([chargePointIds, sites, measurands, kinds]),
  };
}

function sorted(names: readonly string[] | undefined): string[] | null {
  return names === undefined ? null : [...new Set(names)].sort();
}

function setOf(names: readonly string[] | null): ReadonlySet<string> | null {
  return names === null ? null : new Set(names);
}
