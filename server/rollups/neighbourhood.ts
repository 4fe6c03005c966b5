import {
  readNeighbourhoods,
  type KnownNeighbourhood,
  type Neighbourhood,
} from '../../store/rollups/neighbourhoods.js';
import type { PoolClient } from '../../store/pool.js';
import type { EnergyKind } from './energy/measurands.js';
import { LONGEST_FLOW_MS } from './energy/spread.js';
import { mergeTouching, type BucketSpan } from './plan-spans.js';

/**
 * A step of a register depends on 8 samples beyond its ends: its placeholders (2 zeros, and 2 more to see that there are no
 * more) and the spikes beside them, whose neighbours may lie behind placeholders again; its cadence on 3. From one sample kept to
 * the next there are at most 5 that are left out.
 */
export const REACH = { changes: 14, depends: 8 };
const DAY_MS = 86_400_000;

export interface PassSpan extends Neighbourhood {
  readonly seriesId: number;
}

/** What has to be computed again around each span, and what has to be read for it: in the order of time. */
export async function neighbourhoodsOf(
  client: PoolClient,
  spans: readonly BucketSpan[],
  kindOf: (seriesId: number) => EnergyKind | null,
): Promise<PassSpan[]> {
  const plain: PassSpan[] = [];
  const reaching: BucketSpan[] = [];
  for (const span of spans) {
    const kind = kindOf(span.seriesId);
    if (kind === null) plain.push({ seriesId: span.seriesId, inner: span, outer: span });
    else reaching.push(kind === 'interval' ? wholeDays(span) : span);
  }
  const found = reaching.length === 0 ? [] : await readNeighbourhoods(client, reaching, REACH);
  const around = found.map((each, index) => {
    const seriesId = reaching[index]?.seriesId ?? 0;
    return { seriesId, ...(kindOf(seriesId) === 'interval' ? aroundIntervals(each) : each) };
  });
  // The samples of one span may be what the other one depends on, and the aggregates don't know them yet.
  const merged = mergeTouching(
    around,
    ({ inner, outer, isOpen }) => ({ fromMs: inner.fromMs, toMs: isOpen ? Infinity : outer.toMs }),
    (a, b) => ({
      ...a,
      inner: union(a.inner, b.inner),
      outer: union(a.outer, b.outer),
      isOpen: a.isOpen || b.isOpen,
    }),
  );
  return [...plain, ...merged].sort((a, b) => a.outer.fromMs - b.outer.fromMs);
}

/** The energy of the first interval there is flows before it, where no sample is. */
function aroundIntervals({ inner, outer, ...rest }: KnownNeighbourhood): KnownNeighbourhood {
  const reached = { ...inner, fromMs: inner.fromMs - (rest.reachesFirst ? LONGEST_FLOW_MS : 0) };
  return { ...rest, inner: reached, outer: wholeDays(union(outer, reached)) };
}

/** All of the days that intervals end in; one that ends at midnight belongs to the day before, so that its bucket goes along. */
function wholeDays<Span extends { readonly fromMs: number; readonly toMs: number }>(span: Span): Span {
  const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;
  const fromMs = dayOf(span.fromMs - 1);
  return { ...span, fromMs, toMs: dayOf(span.toMs) + DAY_MS + QUARTER_MS };
}

const QUARTER_MS = 900_000;

const union = (
  a: { readonly fromMs: number; readonly toMs: number },
  b: { readonly fromMs: number; readonly toMs: number },
) => ({ fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) });
