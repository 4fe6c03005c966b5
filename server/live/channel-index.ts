import type { ChangeKind } from '../../protocol/live/change.js';
import type { Audience } from './audience.js';
import type { RoutedChange } from './routed-change.js';

interface Indexed {
  readonly audience: Audience;
}

/** Finds who may be told of a change without asking those who aren't: a change touches what names it, and what names nothing. */
export class ChannelIndex<T extends Indexed> {
  private readonly ofKind: Readonly<Record<ChangeKind, KindIndex<T>>> = {
    reading: new KindIndex<T>(true),
    chargePoint: new KindIndex<T>(false),
  };

  add(channel: T): void {
    for (const kind of ['reading', 'chargePoint'] as const) {
      if (channel.audience.kinds.has(kind)) this.ofKind[kind].add(channel);
    }
  }

  remove(channel: T): void {
    for (const kind of ['reading', 'chargePoint'] as const) this.ofKind[kind].remove(channel);
  }

  /** Visits each candidate once. Some are none: {@link presentChange} judges. */
  visit(routed: RoutedChange, visit: (channel: T) => void): void {
    const { change } = routed;
    const index = this.ofKind[change.kind];
    index.visitAll(visit);
    index.visitChargePoint(routed.chargePointId, visit);
    if (change.kind === 'reading') {
      index.visitSite(routed.site, visit);
      index.visitMeasurand((change.type === 'UPDATE' ? change.newData : change.data).measurand, visit);
    } else if (change.type === 'UPDATE') index.visitSites(change.oldData.site, change.newData.site, visit);
    else index.visitSite(change.data.site, visit);
  }
}

/** Each channel stands under the list that is likely to be the most select, and under all of its names. */
class KindIndex<T extends Indexed> {
  private readonly all = new Set<T>();
  private readonly byChargePoint = new Map<string, Set<T>>();
  private readonly bySite = new Map<string, Set<T>>();
  private readonly byMeasurand = new Map<string, Set<T>>();

  constructor(private readonly hasMeasurands: boolean) {}

  add(channel: T): void {
    const { map, names } = this.placeOf(channel);
    if (map === null) this.all.add(channel);
    else for (const name of names) addTo(map, name, channel);
  }

  remove(channel: T): void {
    const { map, names } = this.placeOf(channel);
    if (map === null) this.all.delete(channel);
    else for (const name of names) removeFrom(map, name, channel);
  }

  visitAll(visit: (channel: T) => void): void {
    this.all.forEach(visit);
  }

  visitChargePoint(id: string, visit: (channel: T) => void): void {
    this.byChargePoint.get(id)?.forEach(visit);
  }

  visitSite(site: string, visit: (channel: T) => void): void {
    this.bySite.get(site)?.forEach(visit);
  }

  /** Those of either site, those of both once. */
  visitSites(one: string, other: string, visit: (channel: T) => void): void {
    const first = this.bySite.get(one);
    first?.forEach(visit);
    this.bySite.get(other)?.forEach((channel) => {
      if (first?.has(channel) !== true) visit(channel);
    });
  }

  visitMeasurand(measurand: string, visit: (channel: T) => void): void {
    this.byMeasurand.get(measurand)?.forEach(visit);
  }

  private placeOf({ audience }: T): { map: Map<string, Set<T>> | null; names: Iterable<string> } {
    const { chargePointIds, sites, measurands } = audience;
    if (chargePointIds !== null) return { map: this.byChargePoint, names: chargePointIds };
    if (sites !== null) return { map: this.bySite, names: sites };
    if (measurands !== null && this.hasMeasurands) return { map: this.byMeasurand, names: measurands };
    return { map: null, names: [] };
  }
}

function addTo<T>(map: Map<string, Set<T>>, name: string, channel: T): void {
  const among = map.get(name);
  if (among === undefined) map.set(name, new Set([channel]));
  else among.add(channel);
}

function removeFrom<T>(map: Map<string, Set<T>>, name: string, channel: T): void {
  const among = map.get(name);
  among?.delete(channel);
  if (among?.size === 0) map.delete(name);
}
