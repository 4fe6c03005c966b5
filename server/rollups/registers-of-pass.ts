import type { Audit, Place } from '../../store/rollups/audit.js';
import {
  readEvidence,
  readEvidenceSums,
  readSemantics,
  writeEvidence,
  writeSemantics,
  type EvidenceNumbers,
  type StoredEvidence,
  type StoredSemantics,
} from '../../store/rollups/evidence.js';
import type { Span } from '../../store/rollups/marks.js';
import type { PoolClient } from '../../store/pool.js';
import {
  EVIDENCE_FIELDS,
  NO_EVIDENCE,
  semanticsOf,
  type Evidence,
  type Semantics,
} from './energy/semantics.js';

const numbersOf = (evidence: Evidence): EvidenceNumbers => EVIDENCE_FIELDS.map((field) => evidence[field]);

function evidenceOf(numbers: EvidenceNumbers): Evidence {
  const entries = EVIDENCE_FIELDS.map((field, index) => [field, numbers[index] ?? 0] as const);
  return Object.fromEntries(entries) as unknown as Evidence;
}

const NOTHING = numbersOf(NO_EVIDENCE);
const LIFETIME = semanticsOf(NO_EVIDENCE);

/** How the registers of a pass count, before it and after it. Call the methods in their order. */
export class RegistersOfPass {
  private readonly changes = new Map<number, number[]>();
  private readonly gone: StoredEvidence[] = [];
  private readonly added: StoredEvidence[] = [];

  private constructor(
    private readonly seriesIds: readonly number[],
    private readonly known: ReadonlyMap<number, StoredSemantics>,
    /** By series and bucket. */
    private readonly before: ReadonlyMap<string, StoredEvidence>,
    private readonly unseen: Map<string, StoredEvidence>,
  ) {}

  /** The spans of the pass are staged. */
  static async read(client: PoolClient, seriesIds: readonly number[]): Promise<RegistersOfPass> {
    const ids = [...new Set(seriesIds)];
    if (ids.length === 0) return new RegistersOfPass(ids, new Map(), new Map(), new Map());
    const before = new Map<string, StoredEvidence>();
    for (const evidence of await readEvidence(client)) {
      before.set(`${evidence.seriesId}/${evidence.bucketMs}`, evidence);
    }
    return new RegistersOfPass(ids, await readSemantics(client, ids), before, new Map(before));
  }

  semanticsOf(seriesId: number): Semantics {
    return this.known.get(seriesId) ?? LIFETIME;
  }

  /** The evidence in buckets of one span. */
  found(seriesId: number, evidence: ReadonlyMap<number, Evidence>): void {
    for (const [bucketMs, each] of evidence) {
      const key = `${seriesId}/${bucketMs}`;
      const before = this.before.get(key);
      const numbers = numbersOf(each);
      this.unseen.delete(key);
      if (!this.change(seriesId, numbers, before?.numbers ?? NOTHING)) continue;
      if (before !== undefined) this.gone.push(before);
      this.added.push({ seriesId, bucketMs, numbers });
    }
  }

  /** Answers what has to be computed again since a register turned out to count in another way: all of it. */
  async write(client: PoolClient, audit: Audit | null): Promise<Span[]> {
    for (const evidence of this.unseen.values()) {
      this.change(evidence.seriesId, NOTHING, evidence.numbers);
      this.gone.push(evidence);
    }
    if (audit !== null) await this.hold(client, audit);
    if (this.changes.size === 0) return [];
    await writeEvidence(client, this.gone, this.added);
    const spans: Span[] = [];
    const semantics = [...this.changes].map(([seriesId, changes]): StoredSemantics => {
      const known = this.known.get(seriesId);
      const numbers = changes.map((change, index) => change + (known?.numbers[index] ?? 0));
      const now = semanticsOf(evidenceOf(numbers));
      if (!isSame(now, this.semanticsOf(seriesId)))
        spans.push({ seriesId, fromMs: -Infinity, toMs: Infinity });
      return { seriesId, numbers, ...now };
    });
    await writeSemantics(client, semantics);
    return spans;
  }

  /** Tells of evidence that is other than it was, and of sums that are not what the evidence adds up to, and corrects them. */
  private async hold(client: PoolClient, audit: Audit): Promise<void> {
    audit.differed('register_evidence', placesOf(this.changes.keys()));
    const sums = await readEvidenceSums(client, this.seriesIds);
    const wrong = this.seriesIds.filter((seriesId) => {
      const [sum, known] = [sums.get(seriesId) ?? NOTHING, this.known.get(seriesId)?.numbers ?? NOTHING];
      this.change(seriesId, sum, known);
      return sum.some((number, index) => number !== known[index]);
    });
    audit.differed('register_semantics', placesOf(wrong));
  }

  /** Answers whether there is any. */
  private change(seriesId: number, now: EvidenceNumbers, before: EvidenceNumbers): boolean {
    if (now.every((number, index) => number === before[index])) return false;
    const changes = this.changes.get(seriesId) ?? NOTHING.map(() => 0);
    this.changes.set(
      seriesId,
      changes.map((change, index) => change + (now[index] ?? 0) - (before[index] ?? 0)),
    );
    return true;
  }
}

const placesOf = (seriesIds: Iterable<number>): Place[] =>
  [...seriesIds].map((seriesId) => ({ seriesId, ms: null }));

const isSame = (a: Semantics, b: Semantics): boolean =>
  a.kind === b.kind && a.ignoresClock === b.ignoresClock && a.ignoresBoundary === b.ignoresBoundary;
