import { Gathered } from '../helpers/gathered.js';
import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

export interface ChargePointDirectoryOptions {
  /** How long an answer is good for, ms. Default 5,000: as long may a new charge point be refused. */
  readonly ttlMs?: number;
  /** Answers kept at most. Default 100,000. */
  readonly maxEntries?: number;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

/** In one query. */
const QUESTIONS_MAX = 10_000;

interface Answer {
  readonly known: boolean;
  readonly until: number;
}

/**
 * Which charge points are in the registry, for the door of a gateway that refuses unknown ones. Questions that come while
 * one is under way are asked together next: a storm of reconnects is a few queries.
 */
export class ChargePointDirectory {
  private readonly answers = new Map<string, Answer>();
  private readonly questions: Gathered<string, boolean>;
  private readonly ttlMs: number;
  private readonly maxEntries: number;
  private readonly now: () => number;

  constructor(
    private readonly pool: Pool,
    options: ChargePointDirectoryOptions = {},
  ) {
    this.ttlMs = options.ttlMs ?? 5_000;
    this.maxEntries = options.maxEntries ?? 100_000;
    this.now = options.now ?? Date.now;
    this.questions = new Gathered(async (ids) => {
      const known = await this.knownAmong(ids);
      return ids.map((id) => this.remember(id, known.has(id)));
    }, QUESTIONS_MAX);
  }

  /** True for active and held charge points, not for retired ones. Rejects with DATABASE_UNAVAILABLE. */
  async isKnown(chargePointId: string): Promise<boolean> {
    const answer = this.answers.get(chargePointId);
    if (answer !== undefined && answer.until > this.now()) return answer.known;
    return this.questions.put(chargePointId);
  }

  private async knownAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    try {
      // A NUL can't be in any id that PostgreSQL knows; it would fail the question for everybody.
      const { rows } = await this.pool.query<{ id: string }>(
        `select id from charge_points where id = any ($1::text[]) and status <> 'retired'`,
        [ids.filter((id) => !id.includes('\0'))],
      );
      return new Set(rows.map(({ id }) => id));
    } catch (error) {
      throw asOutage(error);
    }
  }

  private remember(chargePointId: string, known: boolean): boolean {
    if (this.answers.size >= this.maxEntries) this.answers.clear();
    this.answers.set(chargePointId, { known, until: this.now() + this.ttlMs });
    return known;
  }
}
