import type { NewFinding, StoredFinding } from '../../../store/rollups/findings.js';
import type { Finding, Rule } from './finding.js';

/** What rules have looked at: all that they find there is what they found. */
export interface Judged {
  readonly rules: ReadonlySet<Rule>;
  /** ms since 1970 UTC; findings that begin from here to before there. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether one that is no longer found stays as it is once an operator dealt with it: of rules that see what edits changed. */
  readonly keeps: boolean;
}

/** Puts what rules find in the place of what is stored: what is the same stays, with what operators made of it. */
export class FindingDiff {
  readonly added: NewFinding[] = [];
  readonly changed: StoredFinding[] = [];
  readonly gone: StoredFinding[] = [];
  readonly withdrawn: StoredFinding[] = [];
  private readonly stored = new Map<number, Map<string, StoredFinding>>();

  know(stored: readonly StoredFinding[]): void {
    for (const finding of stored) {
      const known = this.stored.get(finding.seriesId);
      if (known === undefined) this.stored.set(finding.seriesId, new Map([[keyOf(finding), finding]]));
      else known.set(keyOf(finding), finding);
    }
  }

  settle(seriesId: number, judged: Judged, found: readonly Finding[]): void {
    const known = this.stored.get(seriesId);
    const seen = new Set<string>();
    for (const finding of found) {
      const key = keyOf(finding);
      const before = known?.get(key);
      if (before === undefined) this.added.push({ seriesId, ...finding });
      else if (!isSame(before, finding)) this.changed.push({ ...before, ...finding });
      seen.add(key);
    }
    if (known === undefined) return;
    for (const [key, finding] of known) {
      if (seen.has(key) || !isJudged(judged, finding)) continue;
      if (!finding.isTouched) this.gone.push(finding);
      else if (!judged.keeps && !finding.isWithdrawn) this.withdrawn.push(finding);
    }
  }

  /** All that is other than it was. */
  get differences(): readonly NewFinding[] {
    return [...this.added, ...this.changed, ...this.gone, ...this.withdrawn];
  }
}

const keyOf = ({ rule, fromMs }: { readonly rule: string; readonly fromMs: number }): string =>
  `${rule}/${fromMs}`;

function isJudged({ rules, fromMs, toMs }: Judged, finding: StoredFinding): boolean {
  return (
    (rules as ReadonlySet<string>).has(finding.rule) && finding.fromMs >= fromMs && finding.fromMs < toMs
  );
}

function isSame(before: StoredFinding, now: Finding): boolean {
  return !before.isWithdrawn && before.toMs === now.toMs && isEqual(before.evidence, now.evidence);
}

/** Of values of JSON: objects whatever the order of their keys, which the database changes. */
function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => isEqual(value, right.get(key)));
}
