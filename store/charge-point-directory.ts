import { Remembered } from './remembered.js';
import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

export interface ChargePointDirectoryOptions {
  /** How long an answer is good for, ms. Default 5,000: as long may a new charge point be refused. */
  readonly ttlMs?: number;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

/** Charge points that are remembered, unknown ones too. */
const REMEMBERED = 100_000;
/** In one query. */
const QUESTIONS_MAX = 10_000;

/**
 * Which charge points are in the registry, for the door of a gateway that refuses unknown ones. Questions that come while
 * one is under way are asked together next: a storm of reconnects is a few queries.
 */
export class ChargePointDirectory {
  private readonly known: Remembered<true>;

  constructor(
    private readonly pool: Pool,
    { ttlMs, now }: ChargePointDirectoryOptions = {},
  ) {
    const find = (ids: readonly string[]) => this.knownAmong(ids);
    this.known = new Remembered({ find, max: REMEMBERED, questionsMax: QUESTIONS_MAX, ttlMs, now });
  }

  /** True for active and held charge points, not for retired ones. Rejects with DATABASE_UNAVAILABLE. */
  async isKnown(chargePointId: string): Promise<boolean> {
    return (await this.known.get(chargePointId)) ?? false;
  }

  private async knownAmong(ids: readonly string[]): Promise<ReadonlyMap<string, true>> {
    try {
      // A NUL can't be in any id that PostgreSQL knows; it would fail the question for everybody.
      const { rows } = await this.pool.query<{ id: string }>(
        `select id from charge_points where id = any ($1::text[]) and status <> 'retired'`,
        [ids.filter((id) => !id.includes('\0'))],
      );
      return new Map(rows.map(({ id }) => [id, true]));
    } catch (error) {
      throw asOutage(error);
    }
  }
}
