import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AnswerCache } from '../../controllers/answer-cache.js';
import { REJECT_REASONS } from '../../protocol/reject.js';
import { createPool } from '../../store/pool.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import { apiRoutes } from './api-routes.js';

const documentation = readFileSync('docs/api.md', 'utf8');
// A pool connects with its first query; none is made here.
const pool = createPool({ url: 'postgres://nowhere', max: 1, applicationName: 'test' });
const routes = apiRoutes(
  new ReadDatabase(pool, { statementTimeoutMs: 1_000 }),
  { publish: () => Promise.resolve() },
  new AnswerCache({ maxBytes: 0 }),
);

describe('docs/api.md', () => {
  it.each(routes.map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}')))('has the route %s', (path) => {
    expect(documentation).toContain(`\`${path}\``);
  });

  it.each([...new Set(routes.flatMap(({ query }) => Object.keys(query.shape)))])(
    'has the parameter %s',
    (name) => {
      expect(documentation).toMatch(new RegExp(`\`${name}=?\``));
    },
  );

  it('has every reason of quarantine', () => {
    for (const reason of Object.keys(REJECT_REASONS)) expect(documentation).toContain(`\`${reason}\``);
  });
});
