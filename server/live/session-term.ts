import type { SessionMessage } from '../../protocol/live/server-message.js';
import { Deadline, type DeadlineOwner, type TimerWheel } from '../../helpers/timer-wheel.js';
import type { Principal } from '../access/access.js';

/** How long sessions last. */
export interface TermLimits {
  /** From when somebody showed who they are, ms; Infinity: as long as what they showed is good. */
  readonly maxAgeMs: number;
  /** How long before its end a session can be renewed, ms. */
  readonly renewalWindowMs: number;
}

export interface SessionTermParts {
  readonly limits: TermLimits;
  readonly wheel: Pick<TimerWheel, 'arm' | 'cancel'>;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** null: refused. Rejects when it can't be found out. */
  readonly identify: (token: string) => Promise<Principal | null>;
  readonly tell: (message: SessionMessage) => void;
  /** It is over. */
  readonly over: () => void;
}

export type Renewal = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** The wheel counts running time, and what was shown ends by the clock on the wall: it is looked at this often at least, ms. */
const LOOK_MS = 30_000;

/** How long somebody is let stay: until the end of what they showed, or the maximum age, unless they show something newer. */
export class SessionTerm implements DeadlineOwner {
  private readonly deadline = new Deadline(this);
  private endsAt = Infinity;
  private isRenewing = false;
  private isOver = false;

  constructor(
    private current: Principal,
    private readonly parts: SessionTermParts,
  ) {}

  get principal(): Principal {
    return this.current;
  }

  /** Tells when it ends; nothing where it doesn't. */
  begin(): void {
    const { limits, now, tell } = this.parts;
    this.endsAt = Math.min(this.current.expiresAt, now() + limits.maxAgeMs);
    if (this.endsAt === Infinity) return;
    tell({
      type: 'SESSION',
      id: null,
      expiresAt: instant(this.endsAt),
      renewableFrom: instant(this.endsAt - limits.renewalWindowMs),
      timestamp: instant(now()),
    });
    this.watch();
  }

  end(): void {
    this.isOver = true;
    this.parts.wheel.cancel(this.deadline);
  }

  due(): void {
    if (this.parts.now() < this.endsAt) this.watch();
    else this.parts.over();
  }

  /** Whoever renews is who came, and may do the same: what is being told was judged by that. Rejects as `identify`. */
  async renew(token: string): Promise<Renewal> {
    const { limits, now, identify } = this.parts;
    if (this.endsAt === Infinity) return refused('this session does not end');
    const from = this.endsAt - limits.renewalWindowMs;
    if (now() < from) return refused(`it can be renewed from ${instant(from)} on`);
    if (this.isRenewing) return refused('it is being renewed');
    this.isRenewing = true;
    try {
      const shown = await identify(token);
      if (this.isOver) return { ok: true };
      if (shown === null) return refused('these credentials are none that are known here');
      if (!areAlike(shown, this.current))
        return refused('these credentials are of somebody else, or allow something else');
      this.current = shown;
      this.begin();
      return { ok: true };
    } finally {
      this.isRenewing = false;
    }
  }

  private watch(): void {
    this.parts.wheel.arm(this.deadline, Math.min(LOOK_MS, this.endsAt - this.parts.now()));
  }
}

function refused(why: string): Renewal {
  return { ok: false, why };
}

function areAlike(one: Principal, other: Principal): boolean {
  const { sites } = one;
  const haveSameSites =
    sites === null || other.sites === null ? sites === other.sites : isSame(sites, other.sites);
  return one.name === other.name && one.by === other.by && isSame(one.scopes, other.scopes) && haveSameSites;
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}

/** A clock of the far future has no ISO 8601. */
function instant(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), 8.64e15)).toISOString();
}
