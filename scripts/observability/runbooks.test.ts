import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parsePage } from '../../tests/harness/doc-page.js';
import { knownMetrics, type KnownMetrics } from './known-metrics.js';
import { promqlFaults } from './promql-faults.js';
import { alerts, ruleGroups } from './rule-files.js';

const PAGE = 'docs/runbooks.md';
const page = readFileSync(PAGE, 'utf8');
const known = alerts(ruleGroups());

/** Text below each `### Meterpulse...`, by its heading. */
const runbooks = new Map(
  page
    .split(/^#{1,3} /m)
    .filter((part) => part.startsWith('Meterpulse'))
    .map((part) => [part.slice(0, part.indexOf('\n')), part] as const),
);

describe('the runbooks', () => {
  it('are one for each alert, and none besides', () => {
    expect([...runbooks.keys()].sort()).toEqual(known.map(({ alert }) => alert).sort());
  });

  it.each(known)('of $alert are where the alert says', ({ alert, annotations }) => {
    // A page of a clone, or of wherever the external label `runbooks` says; headings become anchors in lower case.
    expect(annotations['runbook_url']).toBe(`{{ $externalLabels.runbooks }}${PAGE}#${alert.toLowerCase()}`);
  });

  it.each(known)(
    'of $alert tell what it means, how to confirm it, causes, what to do, and when it is over',
    (rule) => {
      const { language, code } = parsePage(PAGE, runbooks.get(rule.alert) ?? '').blocks[0] ?? {};
      expect({ language, asks: code !== '' }).toEqual({ language: 'promql', asks: true });
      expect(runbooks.get(rule.alert)?.match(/^\*\*.+?\*\*/gm)).toEqual([
        '**Meaning**',
        '**Confirm:**',
        '**Causes:**',
        '**Do:**',
        '**Over**',
      ]);
      expect(runbooks.get(rule.alert)).toContain(`**Meaning** (${rule.labels['severity']}): `);
    },
  );
});

describe('the queries of the runbooks', () => {
  let metrics: KnownMetrics;
  beforeAll(async () => {
    metrics = await knownMetrics();
  });
  const queries = parsePage(PAGE, page).blocks.filter(({ language }) => language === 'promql');

  it.each(queries)('in line $line name what somebody tells', ({ code }) => {
    expect(promqlFaults(code, metrics)).toEqual([]);
  });
});
