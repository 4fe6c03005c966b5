import type { SeriesFacts } from '../../store/rollups/series-facts.js';
import {
  readContextNames,
  readSessionsAt,
  readVoidTransactions,
  type StartedSession,
} from '../../store/rollups/sessions-at.js';
import { NO_TRANSACTION, type StoredSamples } from '../../store/rollups/stored-samples.js';
import type { PassEdit } from '../../store/rollups/pass-edits.js';
import type { PoolClient } from '../../store/pool.js';
import type { WindowReading } from './compute-rollups.js';
import { contextFacts, type ContextFacts } from './context-order.js';
import { CoveringSessions } from './covering-session.js';
import { applyEdits, type EditedReadings } from './edits/apply-edits.js';
import { energyKindOf, isPower } from './energy/measurands.js';
import type { PassSpan } from './neighbourhood.js';

const VOIDS_KNOWN = 100_000;

/** Gives readings what the rules ask of them: the meaning of their contexts, their charging sessions, and what edits make of them. */
export class ReadingsOfPass {
  private contexts: ReadonlyMap<number, ContextFacts> = new Map();
  /** Whether a transaction names no session; it never changes. */
  private readonly voids = new Map<number, boolean>();

  /** Answers the readings of a span, by its index, in the order of time; made when asked for. */
  async withSessions(
    client: PoolClient,
    spans: readonly PassSpan[],
    facts: (seriesId: number) => SeriesFacts,
    samples: StoredSamples,
    edits: ReadonlyMap<number, readonly PassEdit[]>,
  ): Promise<(span: number) => EditedReadings> {
    await this.learn(client, samples);
    const started = await this.startedSessions(client, spans, facts, samples, edits);
    const coveringOf = (span: number): CoveringSessions | undefined => {
      const sessions = started.get(span);
      return sessions && new CoveringSessions(sessions);
    };
    return (span) => {
      const sessions = coveringOf(span);
      const { begin, end } = samples.rangeOf(span);
      const readings: WindowReading[] = [];
      for (let at = begin; at < end; at++) {
        const context = this.contexts.get(samples.contextIds[at] ?? 0);
        if (context === undefined) throw new Error(`context ${samples.contextIds[at]} is not there`);
        const ms = samples.ms[at] ?? NaN;
        const named = this.sessionOf(samples.transactionIds[at]);
        readings.push({
          ms,
          value: samples.values[at] ?? NaN,
          rank: context.rank,
          class: context.class,
          session: named ?? sessions?.at(ms) ?? null,
          isEnd: context.isEnd && named !== null,
          receivedMs: samples.receivedMs[at] ?? NaN,
          edit: null,
        });
      }
      const sessionsOfInserted = coveringOf(span);
      return applyEdits(readings, edits.get(span) ?? [], (ms) => sessionsOfInserted?.at(ms) ?? null);
    };
  }

  /** What the dictionaries say of contexts and transactions not met before. */
  private async learn(
    client: PoolClient,
    { contextIds, transactionIds, length }: StoredSamples,
  ): Promise<void> {
    if (this.voids.size > VOIDS_KNOWN) this.voids.clear();
    const transactions = new Set<number>();
    let isNewContext = false;
    for (let at = 0; at < length; at++) {
      isNewContext ||= !this.contexts.has(contextIds[at] ?? 0);
      const transactionId = transactionIds[at] ?? NO_TRANSACTION;
      if (transactionId !== NO_TRANSACTION && !this.voids.has(transactionId)) transactions.add(transactionId);
    }
    if (isNewContext) this.contexts = contextFacts(await readContextNames(client));
    const voids = await readVoidTransactions(client, [...transactions]);
    for (const id of transactions) this.voids.set(id, voids.has(id));
  }

  private sessionOf(transactionId = NO_TRANSACTION): number | null {
    return transactionId === NO_TRANSACTION || this.voids.get(transactionId) === true ? null : transactionId;
  }

  /** By index of the span; only where a reading or an inserted value names no session itself, and it matters. */
  private async startedSessions(
    client: PoolClient,
    spans: readonly PassSpan[],
    facts: (seriesId: number) => SeriesFacts,
    samples: StoredSamples,
    edits: ReadonlyMap<number, readonly PassEdit[]>,
  ): Promise<ReadonlyMap<number, readonly StartedSession[]>> {
    const asked = [...spans.keys()].filter((index) => {
      const series = facts(spans[index]?.seriesId ?? 0);
      if (energyKindOf(series.measurand) === null && !isPower(series)) return false;
      if (edits.get(index)?.some(({ value }) => value !== null) === true) return true;
      const { begin, end } = samples.rangeOf(index);
      return samples.transactionIds.subarray(begin, end).some((id) => this.sessionOf(id) === null);
    });
    const found = await readSessionsAt(
      client,
      asked.map((index) => {
        const span = spans[index];
        const { chargePointId, evseId, connectorId } = facts(span?.seriesId ?? 0);
        const { fromMs = 0, toMs = 0 } = span?.outer ?? {};
        return { chargePointId, evseId, connectorId, fromMs, toMs };
      }),
    );
    return new Map(asked.map((index, at) => [index, found[at] ?? []]));
  }
}
