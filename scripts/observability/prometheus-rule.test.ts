import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { prometheusRule } from './prometheus-rule.js';

it('the rules for the Prometheus Operator are those for Prometheus; `npm run docs` writes them', async () => {
  expect(readFileSync('kubernetes/components/monitoring/prometheus-rule.yaml', 'utf8')).toBe(
    await prometheusRule(),
  );
});
