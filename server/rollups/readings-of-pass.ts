import type { StoredSample } from '../../store/rollups/pass-spans.js';
import type { SeriesFacts } from '../../store/rollups/series-facts.js';
import { readContextNames, readSessionsAt, readVoidTransactions } from '../../store/rollups/sessions-at.js';
import type { PoolClient } from '../../store/pool.js';
import type { WindowReading } from './compute-rollups.js';
import { contextFacts, type ContextFacts } from './context-order.js';
import { CoveringSessions } from './covering-session.js';
import { energyKindOf, isPower } from './energy/measurands.js';
import type { PassSpan } from './neighbourhood.js';

const VOIDS_KNOWN = 100_000;

/** Gives readings what the rules ask of them: the meaning of their contexts, and their charging sessions. */
export class ReadingsOfPass {
  private contexts: ReadonlyMap<number, ContextFacts> = new Map();
  /** Whether a transaction names no session; it never changes. */
  private readonly voids = new Map<number, boolean>();

  /** @param stored by span, in the order of time. */
  async withSessions(
    client: PoolClient,
    spans: readonly PassSpan[],
    facts: (seriesId: number) => SeriesFacts,
    stored: readonly (readonly StoredSample[])[],
  ): Promise<WindowReading[][]> {
    await this.learn(client, stored);
    const covering = await this.coveringSessions(client, spans, facts, stored);
    return stored.map((readings, index) => {
      const sessions = covering.get(index);
      return readings.map(({ ms, value, contextId, transactionId }) => {
        const context = this.contexts.get(contextId);
        if (context === undefined) throw new Error(`context ${contextId} is not there`);
        const named = this.sessionOf(transactionId);
        return {
          ms,
          value,
          rank: context.rank,
          class: context.class,
          session: named ?? sessions?.at(ms) ?? null,
          isEnd: context.isEnd && named !== null,
        };
      });
    });
  }

  /** What the dictionaries say of contexts and transactions not met before. */
  private async learn(client: PoolClient, stored: readonly (readonly StoredSample[])[]): Promise<void> {
    if (this.voids.size > VOIDS_KNOWN) this.voids.clear();
    const transactions = new Set<number>();
    let isNewContext = false;
    for (const readings of stored) {
      for (const { contextId, transactionId } of readings) {
        isNewContext ||= !this.contexts.has(contextId);
        if (transactionId !== null && !this.voids.has(transactionId)) transactions.add(transactionId);
      }
    }
    if (isNewContext) this.contexts = contextFacts(await readContextNames(client));
    const voids = await readVoidTransactions(client, [...transactions]);
    for (const id of transactions) this.voids.set(id, voids.has(id));
  }

  private sessionOf(transactionId: number | null): number | null {
    return transactionId === null || this.voids.get(transactionId) === true ? null : transactionId;
  }

  /** By index of the span; only where a reading names no session itself, and it matters. */
  private async coveringSessions(
    client: PoolClient,
    spans: readonly PassSpan[],
    facts: (seriesId: number) => SeriesFacts,
    stored: readonly (readonly StoredSample[])[],
  ): Promise<ReadonlyMap<number, CoveringSessions>> {
    const asked = [...spans.keys()].filter((index) => {
      const series = facts(spans[index]?.seriesId ?? 0);
      if (energyKindOf(series.measurand) === null && !isPower(series)) return false;
      return stored[index]?.some(({ transactionId }) => this.sessionOf(transactionId) === null) === true;
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
    return new Map(asked.map((index, at) => [index, new CoveringSessions(found[at] ?? [])]));
  }
}
