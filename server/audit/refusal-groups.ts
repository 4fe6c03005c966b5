import type { AuditEntry } from '../../store/audit/audit-entry.js';

/** A refusal, as a door tells it. */
export type RefusalEntry = Omit<AuditEntry, 'count' | 'agoMs' | 'untilAgoMs'> & {
  /** Part of what makes two of them alike. */
  readonly reason: string;
};

export interface RefusalGroupsOptions {
  /** Those alike are counted together for so long, ms. */
  readonly windowMs: number;
  /** Different ones of one address that are told apart in a window; others count by their address alone. */
  readonly maxOfAddress: number;
  /** Different ones that are told apart in a window; others count by what was refused alone. */
  readonly max: number;
}

interface Group {
  readonly entry: RefusalEntry;
  readonly openedAt: number;
  count: number;
  firstAt: number;
  lastAt: number;
}

/**
 * Refusals, counted together where they are alike, so that a storm of them is some rows and not a flood: the first one of a
 * kind is an entry of its own, those that follow within the window are one entry at its end. Memory and rows are bounded
 * whatever comes; none is left out of the counts.
 */
export class RefusalGroups {
  private readonly groups = new Map<string, Group>();
  private readonly ofAddress = new Map<string, number>();

  constructor(private readonly options: RefusalGroupsOptions) {}

  /**
   * @param now monotonic, ms.
   * @param times it was refused, in one go.
   * @returns the entry to write at once; null: it is counted.
   */
  add(refusal: RefusalEntry, now: number, times = 1): AuditEntry | null {
    const own = this.find(refusal, now);
    if (own.isNew) return entryOf(own.group.entry, { count: times, agoMs: 0, untilAgoMs: 0 });
    const { group } = own;
    if (group.count === 0) group.firstAt = now;
    group.count += times;
    group.lastAt = now;
    return null;
  }

  /** Entries of what was counted in windows that are over; in all of them when `isEnd`. */
  due(now: number, isEnd = false): readonly AuditEntry[] {
    const entries: AuditEntry[] = [];
    for (const [key, group] of this.groups) {
      if (!isEnd && now - group.openedAt < this.options.windowMs) continue;
      this.groups.delete(key);
      this.forget(group.entry.address);
      const { count, firstAt, lastAt } = group;
      if (count === 0) continue;
      entries.push(entryOf(group.entry, { count, agoMs: now - firstAt, untilAgoMs: now - lastAt }));
    }
    return entries;
  }

  /** The narrowest group that there is room for. */
  private find(refusal: RefusalEntry, now: number): { readonly group: Group; readonly isNew: boolean } {
    const { actor, actorKind, subject, address, action, outcome, reason, source } = refusal;
    const kind = [source, action, outcome, reason];
    const key = JSON.stringify([kind, address, actorKind, actor, subject]);
    const known = this.groups.get(key);
    if (known !== undefined) return { group: known, isNew: false };
    const ofAddress = this.ofAddress.get(address ?? '') ?? 0;
    if (this.groups.size < this.options.max) {
      if (ofAddress < this.options.maxOfAddress) return this.open(key, refusal, now);
      return this.join(JSON.stringify([kind, address]), withoutName(refusal), now);
    }
    // A reason may repeat what somebody sent: of these there would be any number.
    const various = { ...withoutName(refusal), address: null, reason: 'various' };
    return this.join(JSON.stringify([source, action, outcome]), various, now);
  }

  private join(key: string, refusal: RefusalEntry, now: number): { group: Group; isNew: boolean } {
    const known = this.groups.get(key);
    return known === undefined ? this.open(key, refusal, now) : { group: known, isNew: false };
  }

  private open(key: string, entry: RefusalEntry, now: number): { group: Group; isNew: boolean } {
    const group = { entry, openedAt: now, count: 0, firstAt: now, lastAt: now };
    this.groups.set(key, group);
    const address = entry.address ?? '';
    this.ofAddress.set(address, (this.ofAddress.get(address) ?? 0) + 1);
    return { group, isNew: true };
  }

  private forget(of: string | null): void {
    const address = of ?? '';
    const left = (this.ofAddress.get(address) ?? 1) - 1;
    if (left > 0) this.ofAddress.set(address, left);
    else this.ofAddress.delete(address);
  }
}

/** What is left of one that is counted with others who say that they are somebody else. */
function withoutName(refusal: RefusalEntry): RefusalEntry {
  return {
    ...refusal,
    actor: null,
    actorKind: 'nobody',
    subject: null,
    requestId: null,
    detail: { various: true },
  };
}

function entryOf(
  { reason, detail, ...entry }: RefusalEntry,
  { untilAgoMs, ...counted }: Required<Pick<AuditEntry, 'count' | 'agoMs' | 'untilAgoMs'>>,
): AuditEntry {
  const told = { ...entry, ...counted, detail: { ...detail, reason } };
  return counted.count === 1 ? told : { ...told, requestId: null, untilAgoMs };
}
