import type { Audit } from '../../../store/rollups/audit.js';
import { readConnectorHours, type PlaceAndHour } from '../../../store/rollups/connector-hours.js';
import { readFindings, readFindingsAt, writeFindings } from '../../../store/rollups/findings.js';
import type { RollupRow } from '../../../store/rollups/rollup-row.js';
import type { SeriesFacts } from '../../../store/rollups/series-facts.js';
import type { PoolClient } from '../../../store/pool.js';
import type { HourChange } from '../series-changes.js';
import { isCovered } from './connector-hour.js';
import { energyAgainstPower } from './energy-against-power.js';
import { CONNECTOR_RULES, HOUR_RULES, READING_RULES, type Finding, type Rule } from './finding.js';
import { FindingDiff, type Judged } from './finding-diff.js';
import { phasesSums } from './phases-sum.js';
import { readingFindings } from './reading-findings.js';
import type { RuleWindow } from './rule-window.js';
import { canBeStuck, stuckValues } from './stuck.js';
import type { Thresholds } from './thresholds.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How many findings of each rule came and went. */
export interface FindingCounts {
  readonly found: ReadonlyMap<string, number>;
  readonly gone: ReadonlyMap<string, number>;
}

/** Told of every finding there is where the pass looked, stored already or not. */
export type HearFinding = (series: SeriesFacts, finding: Finding) => void;

/** What the rules find in a pass, in the place of what they found before. Call the methods in their order. */
export class FindingsOfPass {
  private readonly diff = new FindingDiff();
  private readonly hours = new Map<string, PlaceAndHour>();

  private constructor(
    private readonly thresholds: Thresholds,
    private readonly facts: (seriesId: number) => SeriesFacts,
    private readonly hear: HearFinding | null,
  ) {}

  /** The spans of the pass are staged. */
  static async read(
    client: PoolClient,
    thresholds: Thresholds,
    facts: (seriesId: number) => SeriesFacts,
    hear: HearFinding | null,
  ): Promise<FindingsOfPass> {
    const findings = new FindingsOfPass(thresholds, facts, hear);
    findings.diff.know(await readFindings(client));
    return findings;
  }

  /** Of one span. */
  ofReadings(seriesId: number, window: Omit<RuleWindow, 'measurand' | 'phase' | 'unit'>): void {
    const { measurand, phase, unit } = this.facts(seriesId);
    const { fromMs, toMs } = window;
    const found = readingFindings({ ...window, measurand, phase, unit }, this.thresholds);
    this.settle(seriesId, { rules: READING_RULES, fromMs, toMs, keeps: false }, found);
  }

  /**
   * Of the hours of one series that changed, on which those of its connector depend too.
   *
   * @param all of the days of these hours, as they are now.
   * @param doubt whether no hour is taken for known.
   */
  ofHours(
    seriesId: number,
    changes: readonly HourChange[],
    all: ReadonlyMap<number, RollupRow>,
    doubt: boolean,
  ): void {
    const { measurand, chargePointId, evseId, connectorId } = this.facts(seriesId);
    if (canBeStuck(measurand)) this.findStuck(seriesId, changes, all);
    if (!measurand.startsWith('Energy.') && !measurand.startsWith('Power.')) return;
    for (const { hourMs, before, now } of changes) {
      // An hour without samples enough is compared with none.
      if (!doubt && !isCovered(before) && !isCovered(now)) continue;
      const key = `${hourMs}/${evseId}/${connectorId}/${chargePointId}`;
      this.hours.set(key, { chargePointId, evseId, connectorId, hourMs });
    }
  }

  /** After the aggregates were written. */
  async write(client: PoolClient, audit: Audit | null): Promise<FindingCounts> {
    await this.findInConnectors(client);
    const { added, changed, gone, withdrawn, differences } = this.diff;
    if (differences.length > 0) {
      const ids = (of: readonly { readonly id: number }[]): number[] => of.map(({ id }) => id);
      await writeFindings(client, { added, changed, gone: ids(gone), withdrawn: ids(withdrawn) });
      audit?.differed(
        'findings',
        differences.map(({ seriesId, fromMs }) => ({ seriesId, ms: fromMs })),
      );
    }
    return { found: countsOf(added), gone: countsOf([...gone, ...withdrawn]) };
  }

  private findStuck(
    seriesId: number,
    changes: readonly HourChange[],
    all: ReadonlyMap<number, RollupRow>,
  ): void {
    const days = new Set(changes.map(({ hourMs }) => Math.floor(hourMs / DAY_MS) * DAY_MS));
    for (const fromMs of days) {
      const hours: RollupRow[] = [];
      for (let ms = fromMs; ms < fromMs + DAY_MS; ms += HOUR_MS) {
        const hour = all.get(ms);
        if (hour !== undefined) hours.push(hour);
      }
      const found = this.isOn('stuck') ? stuckValues(hours, this.thresholds) : [];
      this.settle(seriesId, { rules: HOUR_RULES, fromMs, toMs: fromMs + DAY_MS, keeps: true }, found);
    }
  }

  private async findInConnectors(client: PoolClient): Promise<void> {
    const places = [...this.hours.values()];
    const hours = await readConnectorHours(client, places);
    const at = places.flatMap(({ hourMs }, index) =>
      (hours[index] ?? []).map(({ seriesId }) => ({ seriesId, ms: hourMs })),
    );
    this.diff.know(await readFindingsAt(client, [...CONNECTOR_RULES], at));
    places.forEach(({ hourMs }, index) => {
      const series = hours[index] ?? [];
      const found = [
        ...(this.isOn('phases_sum') ? phasesSums({ hourMs, series }, this.thresholds) : []),
        ...(this.isOn('energy_power') ? energyAgainstPower({ hourMs, series }, this.thresholds) : []),
      ];
      for (const each of series) {
        const judged = { rules: CONNECTOR_RULES, fromMs: hourMs, toMs: hourMs + 1, keeps: true };
        const own = found.filter(({ seriesId }) => seriesId === each.seriesId);
        this.settle(
          each.seriesId,
          judged,
          own.map(({ rule, fromMs, toMs, evidence }) => ({ rule, fromMs, toMs, evidence })),
          each,
        );
      }
    });
  }

  private settle(
    seriesId: number,
    judged: Judged,
    found: readonly Finding[],
    series: SeriesFacts = this.facts(seriesId),
  ): void {
    this.diff.settle(seriesId, judged, found);
    if (this.hear !== null) for (const finding of found) this.hear(series, finding);
  }

  private isOn(rule: Rule): boolean {
    return this.thresholds.rules.has(rule);
  }
}

function countsOf(findings: readonly { readonly rule: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}
