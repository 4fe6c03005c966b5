// Writes the generated pages under docs/. Tests compare them with their sources.
import { writeFileSync } from 'node:fs';
import { configurationReference } from '../config/reference.js';

writeFileSync('docs/configuration.md', configurationReference());
