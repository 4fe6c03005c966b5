import { auditEvent } from '../../store/audit/audited.js';
import { readSeriesFacts, type SeriesFacts } from '../../store/rollups/series-facts.js';
import { rebuild, type Difference, type Rebuilt, type RebuildOptions } from '../rollups/rebuild.js';
import { operatorOrigin } from './audit-part.js';
import { thresholdsOf } from './thresholds.js';
import { withCommandPool } from './with-command-pool.js';

export type RebuildRequest = Omit<RebuildOptions, 'pool' | 'thresholds'>;

export interface NamedDifference extends Difference {
  /** null: of a session that no series tells of any more. */
  readonly series: SeriesFacts | null;
}

export interface RebuildReport extends Omit<Rebuilt, 'examples'> {
  readonly examples: readonly NamedDifference[];
}

/** The `rebuild` command. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or DATABASE_NOT_MIGRATED: what was done stays. */
export function runRebuild(request: RebuildRequest): Promise<RebuildReport> {
  return withCommandPool('rebuild', async (pool, config) => {
    const { check, signal } = request;
    const origin = operatorOrigin();
    const event = { action: 'aggregates.rebuild', subject: null } as const;
    if (!check) await auditEvent(pool, origin, { ...event, outcome: 'begun', detail: scopeOf(request) });
    const rebuilt = await rebuild({ ...request, pool, thresholds: thresholdsOf(config) });
    const { series, differences } = rebuilt;
    const detail = { ...scopeOf(request), series, differences, isWhole: !signal.aborted };
    if (!check) await auditEvent(pool, origin, { ...event, outcome: 'done', detail });
    const ids = rebuilt.examples.flatMap(({ seriesId }) => seriesId ?? []);
    const facts = new Map((await readSeriesFacts(pool, ids)).map((each) => [each.seriesId, each]));
    const named = rebuilt.examples.map((example) => ({
      ...example,
      series: example.seriesId === null ? null : (facts.get(example.seriesId) ?? null),
    }));
    return { ...rebuilt, examples: named };
  });
}

/** What was asked for, as the audit has it. */
function scopeOf({ fromMs, toMs, chargePointIds }: RebuildRequest): Readonly<Record<string, unknown>> {
  const time = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);
  return { from: time(fromMs), to: time(toMs), chargePointIds };
}
