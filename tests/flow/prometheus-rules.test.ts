import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { alerts, ruleFiles, ruleGroups } from '../../scripts/observability/rule-files.js';
import { directive, docPages } from '../harness/doc-page.js';
import { prometheusUnavailable, promtool } from '../harness/promtool.js';

const TESTS = 'observability/tests';
const testFiles = readdirSync(TESTS).map((file) => join(TESTS, file));

const testSchema = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z
        .array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) }))
        .default([]),
    }),
  ),
});
const asked = testFiles.flatMap((file) =>
  testSchema.parse(parse(readFileSync(file, 'utf8'))).tests.flatMap((test) => test.alert_rule_test),
);

const known = alerts(ruleGroups());

describe('every alert', () => {
  it.each(known.map(({ alert }) => alert))(
    '%s has a case in which it fires, and one in which it does not',
    (name) => {
      const cases = asked
        .filter(({ alertname }) => alertname === name)
        .map((each) => each.exp_alerts.length > 0);
      expect(new Set(cases)).toEqual(new Set([true, false]));
    },
  );

  it('is tested because it exists', () => {
    const names = known.map(({ alert }) => alert);
    expect(names.length).toBeGreaterThan(30);
    expect(new Set(names).size).toBe(names.length);
    expect(asked.map(({ alertname }) => alertname).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(known)('$alert says how bad it is, in a sentence what is wrong, and where to read on', (alert) => {
    expect(alert.alert).toMatch(/^Meterpulse[A-Z]\w+$/);
    expect(Object.keys(alert.labels)).toEqual(['severity']);
    expect(['critical', 'warning']).toContain(alert.labels['severity']);
    expect(Object.keys(alert.annotations)).toEqual(['summary', 'runbook_url']);
    expect(alert.annotations['summary']).toMatch(/^[A-Z{].+\.$/);
  });
});

const missing = prometheusUnavailable();

describe.skipIf(missing !== undefined)(`promtool${missing === undefined ? '' : ` (${missing})`}`, () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'meterpulse-promtool-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it.each(ruleFiles())('takes the rules of %s', (file) => {
    expect(promtool('check', 'rules', file)).toMatchObject({ ok: true });
  });

  it.each(testFiles)('finds that what %s expects comes true', (file) => {
    const { ok, output } = promtool('test', 'rules', file);
    expect(ok, output).toBe(true);
  });

  const configurations = docPages()
    .flatMap(({ blocks }) => blocks)
    .filter((block) => directive(block, 'prometheus') !== undefined);

  it.each([
    ['observability/prometheus.yml', readFileSync('observability/prometheus.yml', 'utf8')],
    ...configurations.map(({ page, line, code }) => [`${page}:${line}`, code]),
  ])('takes the configuration of %s', (_, configuration = '') => {
    cpSync('observability/rules', join(directory, 'rules'), { recursive: true });
    // Debian's Prometheus is built without discovery in Kubernetes; what is done with the targets is checked all the same.
    const checked = configuration.replace(
      /kubernetes_sd_configs:\n +- role: pod/,
      "static_configs: [{ targets: ['a:1'] }]",
    );
    writeFileSync(join(directory, 'prometheus.yml'), checked);
    const { ok, output } = promtool('check', 'config', join(directory, 'prometheus.yml'));
    expect(ok, output).toBe(true);
  });

  it('finds a rule that is no PromQL', () => {
    const broken = readFileSync('observability/rules/live.yaml', 'utf8').replace('rate(', 'rate((');
    writeFileSync(join(directory, 'live.yaml'), broken);
    expect(promtool('check', 'rules', join(directory, 'live.yaml'))).toMatchObject({ ok: false });
  });

  it('finds a threshold that was changed, by an alert that fires too soon', () => {
    const rules = resolve('observability/rules');
    const soon = readFileSync('observability/rules/live.yaml', 'utf8').replace('p99_5m > 5', 'p99_5m > 4');
    writeFileSync(join(directory, 'rules.yaml'), soon);
    const test = readFileSync('observability/tests/live.yaml', 'utf8')
      .replace('../rules/live.yaml', 'rules.yaml')
      .replace('../rules', rules);
    writeFileSync(join(directory, 'test.yaml'), test);
    const { ok, output } = promtool('test', 'rules', join(directory, 'test.yaml'));
    expect(ok).toBe(false);
    expect(output).toContain('after five seconds');
  });
});
