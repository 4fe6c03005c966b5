import type { Pool } from '../pool.js';
import { GenerationalCache } from './generational-cache.js';
import { isStorableText } from './storable-text.js';

export type UnknownChargePoints = 'register' | 'hold' | 'refuse';

/** What a process knows by heart of one charge point. */
export interface ChargePoint {
  readonly id: string;
  /** Its readings are stored; else they are kept in quarantine. */
  isOpen: boolean;
  /** ms since 1970; then its status is read again. */
  freshUntilMs: number;
  /** Ids by {@link seriesKeyText} and by the charge point's own name of the transaction. */
  readonly series: Map<string, number>;
  readonly transactions: Map<string, number>;
}

/** An operator's change of status takes this long to be seen, at most. */
const OPEN_TTL_MS = 10_000;
const CLOSED_TTL_MS = 2_000;

const CHARGE_POINTS_KNOWN = 100_000;
const MAX_ID = 255;

interface StatusRow {
  readonly id: string;
  readonly status: 'active' | 'held' | 'retired';
}

/** The charge points of a batch, added to the registry as the policy says. */
export class ChargePoints {
  private readonly known = new GenerationalCache<string, ChargePoint>(CHARGE_POINTS_KNOWN);

  constructor(
    private readonly pool: Pool,
    private readonly policy: UnknownChargePoints,
  ) {}

  get count(): number {
    return this.known.count;
  }

  /** By id; those whose id can't be one are left out. */
  async find(ids: Iterable<string>, nowMs: number): Promise<ReadonlyMap<string, ChargePoint>> {
    const found = new Map<string, ChargePoint>();
    const stale: string[] = [];
    for (const id of ids) {
      const known = this.known.get(id);
      if (known !== undefined && known.freshUntilMs > nowMs) found.set(id, known);
      else if (id !== '' && isStorableText(id, MAX_ID)) stale.push(id);
    }
    if (stale.length === 0) return found;
    const statuses = await this.statuses(stale.sort());
    for (const id of stale) {
      const status = statuses.get(id);
      // A retired one may still send what it had buffered.
      const isOpen = status === 'active' || status === 'retired';
      const chargePoint = this.known.get(id) ?? newChargePoint(id);
      chargePoint.isOpen = isOpen;
      chargePoint.freshUntilMs = nowMs + (isOpen ? OPEN_TTL_MS : CLOSED_TTL_MS);
      this.known.set(id, chargePoint);
      found.set(id, chargePoint);
    }
    return found;
  }

  private async statuses(ids: readonly string[]): Promise<Map<string, StatusRow['status']>> {
    const statuses = await this.read(ids);
    const unknown = ids.filter((id) => !statuses.has(id));
    if (unknown.length === 0 || this.policy === 'refuse') return statuses;
    await this.pool.query(
      'insert into charge_points (id, status) select id, $2 from unnest($1::text[]) as u (id) on conflict do nothing',
      [unknown, this.policy === 'hold' ? 'held' : 'active'],
    );
    for (const [id, status] of await this.read(unknown)) statuses.set(id, status);
    return statuses;
  }

  private async read(ids: readonly string[]): Promise<Map<string, StatusRow['status']>> {
    const { rows } = await this.pool.query<StatusRow>(
      'select id, status from charge_points where id = any ($1::text[])',
      [ids],
    );
    return new Map(rows.map(({ id, status }) => [id, status]));
  }
}

const newChargePoint = (id: string): ChargePoint => ({
  id,
  isOpen: false,
  freshUntilMs: 0,
  series: new Map(),
  transactions: new Map(),
});
