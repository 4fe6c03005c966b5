import type { UsagePoint } from '../run/usage-log.js';
import { Merged } from './merged.js';

/** More would make the page large, and no chart finer. */
const MOST_POINTS = 300;

export interface TimelinePoint {
  /** Since the beginning, s: the end of the step. */
  readonly second: number;
  /** At the end of the step. */
  readonly open: number;
  /** In a second, on average over the step. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly errors: number;
  /** ms; null: nothing was acknowledged. */
  readonly p50: number | null;
  readonly p99: number | null;
  readonly connectP99: number | null;
  readonly liveP99: number | null;
  readonly queryP99: number | null;
  readonly lag: number | null;
  readonly roles: Readonly<Record<string, { readonly cores: number; readonly megabytes: number }>>;
}

export interface Timeline {
  readonly stepSeconds: number;
  readonly points: readonly TimelinePoint[];
}

/** @param begin ms since 1970 UTC; so is `end`. */
export function timeline(
  seconds: ReadonlyMap<number, Merged>,
  usage: readonly UsagePoint[],
  begin: number,
  end: number,
): Timeline {
  const first = Math.floor(begin / 1_000);
  const total = Math.max(1, Math.ceil(end / 1_000) - first);
  const stepSeconds = Math.max(1, Math.ceil(total / MOST_POINTS));
  const points: TimelinePoint[] = [];
  const sofar = new Merged();
  for (let from = 0; from < total; from += stepSeconds) {
    const step = new Merged();
    for (let second = from; second < from + stepSeconds; second++) {
      const measured = seconds.get(first + second);
      if (measured === undefined) continue;
      step.addAll(measured);
      sofar.add({ counters: measured.counters, times: {}, errors: {} });
    }
    const until = (first + from + stepSeconds) * 1_000;
    const within = usage.filter(({ at }) => at >= until - stepSeconds * 1_000 && at < until);
    // A look at every process takes a little more than a second: the one before stands for a step without.
    const used = within.length > 0 ? within : usage.filter(({ at }) => at < until).slice(-1);
    points.push(pointOf(step, sofar.open, from + stepSeconds, stepSeconds, used));
  }
  return { stepSeconds, points };
}

function pointOf(
  step: Merged,
  open: number,
  second: number,
  stepSeconds: number,
  used: readonly UsagePoint[],
): TimelinePoint {
  const perSecond = (count: number): number => Math.round((count / stepSeconds) * 10) / 10;
  const errors = Object.values(step.errors).reduce((sum, count) => sum + count, 0);
  return {
    second,
    open,
    sent: perSecond(step.count('readings.sent') + step.count('readings.resent') + step.count('calls.sent')),
    acknowledged: perSecond(step.count('readings.acknowledged')),
    errors: perSecond(errors),
    p50: step.measure('readings.latency.p50'),
    p99: step.measure('readings.latency.p99'),
    connectP99: step.measure('sockets.connect.p99'),
    liveP99: step.measure('live.delay.p99'),
    queryP99: step.measure('queries.latency.p99'),
    lag: used.at(-1)?.lag ?? null,
    roles: rolesOf(used),
  };
}

/** Means of the points of a step. */
function rolesOf(used: readonly UsagePoint[]): TimelinePoint['roles'] {
  const names = Object.keys(used.at(-1)?.roles ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const values = used.flatMap(({ roles }) => roles[name] ?? []);
      const mean = (of: (value: { cores: number; memoryBytes: number }) => number): number =>
        values.reduce((sum, value) => sum + of(value), 0) / values.length;
      const cores = Math.round(mean(({ cores }) => cores) * 1_000) / 1_000;
      return [name, { cores, megabytes: Math.round(mean(({ memoryBytes }) => memoryBytes) / 1e6) }];
    }),
  );
}
