import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REJECT_REASONS } from '../../protocol/reject.js';
import { documentedRoutes } from './documented-routes.js';

const documentation = readFileSync('docs/api.md', 'utf8');
const routes = documentedRoutes();

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
