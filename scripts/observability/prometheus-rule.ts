import { format } from 'prettier';
import { stringify } from 'yaml';
import { ruleGroups } from './rule-files.js';

/** The rules as the Prometheus Operator takes them: kubernetes/components/monitoring/prometheus-rule.yaml. */
export async function prometheusRule(): Promise<string> {
  const manifest = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'meterpulse' },
    spec: { groups: ruleGroups() },
  };
  const head = '# Written by `npm run docs` from observability/rules: change it there.\n';
  return format(`${head}${stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false })}`, {
    parser: 'yaml',
    singleQuote: true,
    printWidth: 110,
  });
}
