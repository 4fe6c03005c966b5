import { setImmediate as breath } from 'node:timers/promises';
import type { KeptPassword, PasswordChanges } from '../../store/access/password-changes.js';
import { repeat } from '../lifecycle/repeat.js';
import { areSame } from './secrets.js';

export interface RememberedPasswordsOptions {
  /** From here on changes are told. All three reject while they can't be asked. */
  readonly mark: () => Promise<string>;
  readonly page: (
    behind: { readonly id: string; readonly hash: Buffer },
    limit: number,
  ) => Promise<readonly KeptPassword[]>;
  readonly changes: (mark: string) => Promise<PasswordChanges>;
  /** Told when it begins that they can't be kept up to date. */
  readonly onError: (error: unknown) => void;
  /** Passwords that are kept at most; of more none is, and each is asked for. Default 100,000. */
  readonly max?: number;
  /** Between two looks at what has changed, ms. Default 1,000. */
  readonly everyMs?: number;
  /** Monotonic, ms. */
  readonly now?: () => number;
}

interface Kept {
  readonly hash: Buffer;
  readonly until: number;
}

const MAX = 100_000;
const PAGE = 2_000;
/** What is older than this is not relied on, ms. */
const STALE_MS = 4_000;
const FIRST = { id: '', hash: Buffer.alloc(0) };

/**
 * The passwords of all charge points, read once and kept up to date, so that those who come back all at once cost the database
 * nothing. It only ever says who is good: whoever isn't found here is asked for. What is taken back is good for four seconds
 * at most, also while the database is away: from then on nobody is found here.
 */
export class RememberedPasswords {
  private kept = new Map<string, readonly Kept[]>();
  private mark: string | null = null;
  private isTooMany = false;
  private isFailing = false;
  /** When what is kept was true. */
  private asOf = -Infinity;
  private readonly now: () => number;

  constructor(private readonly options: RememberedPasswordsOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Charge points that are kept. */
  get size(): number {
    return this.kept.size;
  }

  /** Whether one of these hashes is known to be good. */
  has(chargePointId: string, hashes: readonly Buffer[]): boolean {
    const now = this.now();
    if (now - this.asOf >= STALE_MS) return false;
    const kept = this.kept.get(chargePointId) ?? [];
    return kept.some(({ hash, until }) => until > now && hashes.some((shown) => areSame(shown, hash)));
  }

  /** Reads and keeps up to date until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const onError = (error: unknown): void => {
      // Another database may answer next time, which has not all that this one had: all is read anew.
      this.mark = null;
      if (!this.isFailing) this.options.onError(error);
      this.isFailing = true;
    };
    await repeat(() => this.look(), { everyMs: this.options.everyMs ?? 1_000, onError }, signal);
  }

  /** Reads what has changed, or all. Rejects while that can't be asked. */
  async look(): Promise<void> {
    const at = this.now();
    if (this.mark === null) await this.readAll(at);
    else await this.readChanges(this.mark, at);
    this.isFailing = false;
  }

  private async readAll(at: number): Promise<void> {
    const { mark, page, max = MAX } = this.options;
    const begin = await mark();
    const kept = new Map<string, readonly Kept[]>();
    let behind: Pick<KeptPassword, 'id' | 'hash'> = FIRST;
    let read = 0;
    for (;;) {
      const asked = this.now();
      const rows = await page(behind, PAGE);
      for (const row of rows) add(kept, row, asked);
      read += rows.length;
      this.isTooMany = read > max;
      const last = rows.at(-1);
      if (this.isTooMany || last === undefined || rows.length < PAGE) break;
      behind = last;
      // Sockets have their turn in between.
      await breath();
    }
    if (this.isTooMany) kept.clear();
    this.kept = kept;
    this.mark = begin;
    this.asOf = at;
  }

  private async readChanges(since: string, at: number): Promise<void> {
    const { changes, max = MAX } = this.options;
    const { mark, changed, passwords } = await changes(since);
    if (changed === null || BigInt(mark) < BigInt(since)) {
      // All of them, or a database that is behind the one that was asked before.
      await this.readAll(at);
      return;
    }
    if (!this.isTooMany) {
      for (const id of changed) this.kept.delete(id);
      for (const row of passwords) add(this.kept, row, at);
      if (this.kept.size > max) {
        this.isTooMany = true;
        this.kept.clear();
      }
    }
    this.mark = mark;
    this.asOf = at;
  }
}

function add(kept: Map<string, readonly Kept[]>, { id, hash, leftMs }: KeptPassword, at: number): void {
  const until = leftMs === null ? Infinity : at + leftMs;
  kept.set(id, [...(kept.get(id) ?? []), { hash, until }]);
}
