/** What is measured of a process. */
export interface Load {
  /** Bytes in flight and held. */
  readonly bytes: number;
  /** How late the event loop turns, ms. */
  readonly loopDelayMs: number;
  /** Age of the oldest write to the log that is under way, ms. */
  readonly logDelayMs: number;
  /** Open sockets. */
  readonly connections: number;
}

/**
 * What a process does about too much work; each level does all that the ones before it do.
 *
 *     0 nothing   1 stretches heartbeats   2 stops reading the greediest sockets   3 refuses new connections
 *     4 refuses new messages               5 closes idle sockets
 */
export type OverloadLevel = 0 | 1 | 2 | 3 | 4 | 5;

/** Where levels 1 to 4 begin, for each measure; Infinity: never by this one. Ascending. */
export type OverloadMarks = Readonly<Record<keyof Load, readonly [number, number, number, number]>>;

/** A level that began at a mark ends below this share of it: a gap, so that nothing is switched to and fro. */
const RELEASE_SHARE = 0.75;

const MEASURES = ['bytes', 'loopDelayMs', 'logDelayMs', 'connections'] as const;

/**
 * Decides how much a process sheds. Pure: fed with measurements and the time, it answers with the level. The worst
 * measure decides; each rises at once, and falls when it is clearly below its mark. Level 5 has no mark of its own: it is
 * level 4 that lasts.
 */
export class Overload {
  private readonly levels: Record<keyof Load, number> = {
    bytes: 0,
    loopDelayMs: 0,
    logDelayMs: 0,
    connections: 0,
  };
  private highestSince: number | null = null;
  private current: OverloadLevel = 0;

  /** @param lastingMs of level 4 that make it level 5. */
  constructor(
    private readonly marks: OverloadMarks,
    private readonly lastingMs: number,
  ) {}

  /** As of the last {@link observe}. */
  get level(): OverloadLevel {
    return this.current;
  }

  /** @param now monotonic, ms. */
  observe(load: Load, now: number): OverloadLevel {
    let worst = 0;
    for (const measure of MEASURES) {
      const level = levelOf(load[measure], this.marks[measure], this.levels[measure]);
      this.levels[measure] = level;
      worst = Math.max(worst, level);
    }
    if (worst < 4) this.highestSince = null;
    else this.highestSince ??= now;
    const lasts = this.highestSince !== null && now - this.highestSince >= this.lastingMs;
    this.current = (lasts ? 5 : worst) as OverloadLevel;
    return this.current;
  }
}

function levelOf(value: number, marks: OverloadMarks[keyof Load], before: number): number {
  let level = 0;
  for (const mark of marks) {
    const entered = before > level;
    // Only a rise beyond the mark counts: two levels that share a mark come and go together.
    if (value > mark || (entered && value > mark * RELEASE_SHARE)) level++;
    else break;
  }
  return level;
}
