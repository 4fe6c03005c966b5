// Writes the generated pages under docs/. Tests compare them with their sources.
import { writeFileSync } from 'node:fs';
import { readHistory } from '../benchmarks/history.js';
import { suiteNames } from '../benchmarks/options.js';
import { writeSummary } from '../benchmarks/write-docs.js';
import { configurationReference } from '../config/reference.js';
import { conformanceReference } from './references/conformance-reference.js';
import { errorsReference } from './references/errors-reference.js';
import { metricsReference } from './references/metrics-reference.js';
import { openApiReference } from './references/open-api-reference.js';
import { schemaReferenceOfFreshDatabase } from './references/schema-reference.js';

writeFileSync('docs/configuration.md', configurationReference());
writeFileSync('docs/conformance.md', conformanceReference());
writeFileSync('docs/errors.md', errorsReference());
writeFileSync('docs/metrics.md', await metricsReference());
writeFileSync('docs/openapi.json', openApiReference());
writeFileSync('docs/schema.md', await schemaReferenceOfFreshDatabase());
writeSummary(readHistory(), suiteNames());
// Pools that were constructed for their metrics keep nothing open, but timers might.
process.exit();
