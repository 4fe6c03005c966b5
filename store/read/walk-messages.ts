import { readMessageKeys, type MessageKey, type SampleFilter } from './message-keys.js';
import { PLAN_AS_WRITTEN } from './plan-as-written.js';
import type { Query } from './read-database.js';
import { WalkPace, type Step } from './walk-pace.js';

export interface WalkQuestion {
  /** undefined: every charge point. */
  readonly chargePointIds: readonly string[] | undefined;
  /** Only charge points of these sites; null: of all. */
  readonly sites: readonly string[] | null;
  /** Half-open. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly filter: SampleFilter;
  /** Which of the messages to give, in their order; `skip + take` is at most {@link MAX_WALKED_MESSAGES}. */
  readonly skip: number;
  readonly take: number;
}

export interface Walked {
  readonly keys: readonly MessageKey[];
  /** Messages that were passed, those of `keys` among them. */
  readonly found: number;
  /** Why it ended: all of them were passed, so many that no more are told apart, or so much was looked at. */
  readonly end: 'all' | 'messages' | 'work';
}

export const MAX_WALKED_MESSAGES = 10_000;
/** Readings looked at plus days of series probed, in all: about half a second of one core. */
export const MAX_WALK_WORK = 300_000;
/** Readings that one step looks at: a few megabytes, and short enough to be tried in vain. */
const STEP_READINGS = 20_000;
/** A step with fewer was a small one. */
const SMALL_STEP = 2_500;
const CHARGE_POINTS_AT_ONCE = 1_000;
const DAY_MS = 86_400_000;

/** By the primary key. */
const CHARGE_POINTS = `
  select id from charge_points
  where ($1::text is null or id > $1) and ($2::text[] is null or id = any($2))
    and ($3::text[] is null or site = any($3))
  order by id
  limit ${CHARGE_POINTS_AT_ONCE}`;

/**
 * Passes messages in the order (charge point, timestamp, EVSE, connector, session), counts them, and gives those of one
 * page. Steps are sized by what the ones before looked at, so that neither a charge point with a million readings nor a
 * thousand charge points with one each take long.
 */
export async function walkMessages(query: Query, question: WalkQuestion): Promise<Walked> {
  await query(PLAN_AS_WRITTEN);
  const { fromMs, toMs, filter, skip, take } = question;
  const pace = new WalkPace(toMs - fromMs);
  const keys: MessageKey[] = [];
  let found = 0;
  let work = 0;
  let last: string | null = null;
  for (;;) {
    const rows: { id: string }[] = await query(CHARGE_POINTS, [
      last,
      question.chargePointIds ?? null,
      question.sites,
    ]);
    const ids = rows.map(({ id }) => id);
    let atMs = fromMs;
    let at = 0;
    while (at < ids.length) {
      if (work > MAX_WALK_WORK) return { keys, found, end: 'work' };
      const step = nextStep(pace.step(), { left: ids.length - at, atMs, fromMs, toMs });
      const isSplittable = step.chargePoints > 1 || step.ms > 1;
      const area = {
        chargePointIds: ids.slice(at, at + step.chargePoints),
        fromMs: atMs,
        toMs: atMs + step.ms,
      };
      const part = await readMessageKeys(query, {
        area,
        filter,
        maxReadings: isSplittable ? STEP_READINGS : null,
        skip: Math.max(skip - found, 0),
        take: take - keys.length,
      });
      work += part.looked + part.series * Math.ceil(step.ms / DAY_MS);
      if (isSplittable && part.looked >= STEP_READINGS) {
        pace.slower(step);
        continue;
      }
      if (part.looked < SMALL_STEP) pace.faster();
      keys.push(...part.keys);
      found += part.found;
      if (found >= MAX_WALKED_MESSAGES) return { keys, found: MAX_WALKED_MESSAGES, end: 'messages' };
      atMs = area.toMs === toMs ? fromMs : area.toMs;
      if (atMs === fromMs) at += step.chargePoints;
    }
    if (ids.length < CHARGE_POINTS_AT_ONCE) return { keys, found, end: 'all' };
    last = ids.at(-1) ?? null;
  }
}

/** A charge point that was begun is ended before others join. */
function nextStep(pace: Step, place: { left: number; atMs: number; fromMs: number; toMs: number }): Step {
  const isWhole = place.atMs === place.fromMs && pace.ms >= place.toMs - place.fromMs;
  return {
    chargePoints: isWhole ? Math.min(pace.chargePoints, place.left) : 1,
    ms: Math.min(pace.ms, place.toMs - place.atMs),
  };
}
