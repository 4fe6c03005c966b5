import { LRUCache } from 'lru-cache';
import { Gathered } from '../helpers/gathered.js';

export interface RememberedOptions<Value> {
  /** What there is of the ids. Rejects when that can't be found out. */
  readonly find: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  /** Ids that are remembered, unknown ones too. */
  readonly max: number;
  /** Ids in one question. */
  readonly questionsMax: number;
  /** How long an answer is good for, ms. Default 5,000. */
  readonly ttlMs?: number | undefined;
  /** ms since 1970; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Between two questions of a storm, ms. */
const REST_MS = 5;

/**
 * What there is by an id, or that there is nothing, remembered for a while. Questions that come while one is under way are
 * asked together next.
 */
export class Remembered<Value> {
  private readonly answers: LRUCache<string, { readonly value: Value | undefined; readonly until: number }>;
  private readonly questions: Gathered<string, Value | undefined>;
  private readonly now: () => number;

  constructor({ find, max, questionsMax, ttlMs = 5_000, now = Date.now }: RememberedOptions<Value>) {
    this.now = now;
    this.answers = new LRUCache({ max });
    this.questions = new Gathered(
      async (ids) => {
        const found = await find([...new Set(ids)]);
        const until = now() + ttlMs;
        return ids.map((id) => {
          const value = found.get(id);
          this.answers.set(id, { value, until });
          return value;
        });
      },
      questionsMax,
      REST_MS,
    );
  }

  /** undefined: there is none. Rejects when that can't be found out. */
  async get(id: string): Promise<Value | undefined> {
    const answer = this.answers.get(id);
    return answer !== undefined && answer.until > this.now() ? answer.value : this.questions.put(id);
  }
}
