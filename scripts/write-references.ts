// Writes the generated pages under docs/, the dashboards, and what is made of the rules of Prometheus. Tests compare them with their sources.
import { writeFileSync } from 'node:fs';
import { readHistory } from '../benchmarks/history.js';
import { suiteNames } from '../benchmarks/options.js';
import { writeSummary } from '../benchmarks/write-docs.js';
import { configurationReference } from '../config/reference.js';
import { conformanceReference } from './references/conformance-reference.js';
import { errorsReference } from './references/errors-reference.js';
import { metricsReference } from './references/metrics-reference.js';
import { openApiReference } from './references/open-api-reference.js';
import { dashboardFile, DASHBOARD_FOLDER, DASHBOARDS } from './observability/dashboards/dashboards.js';
import { prometheusRule } from './observability/prometheus-rule.js';
import { schemaReferenceOfFreshDatabase } from './references/schema-reference.js';

writeFileSync('docs/configuration.md', configurationReference());
writeFileSync('docs/conformance.md', conformanceReference());
writeFileSync('docs/errors.md', errorsReference());
writeFileSync('docs/metrics.md', await metricsReference());
writeFileSync('docs/openapi.json', openApiReference());
writeFileSync('docs/schema.md', await schemaReferenceOfFreshDatabase());
writeFileSync('kubernetes/components/monitoring/prometheus-rule.yaml', await prometheusRule());
for (const dashboard of DASHBOARDS) {
  writeFileSync(`${DASHBOARD_FOLDER}/${dashboard.name}.json`, await dashboardFile(dashboard));
}
writeSummary(readHistory(), suiteNames());
// Pools that were constructed for their metrics keep nothing open, but timers might.
process.exit();
