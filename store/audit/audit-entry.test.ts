import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AUDIT_ACTIONS } from './audit-entry.js';

it('has each action in docs/audit.md, and no other', () => {
  const page = readFileSync('docs/audit.md', 'utf8').split('## Actions')[1]?.split('##')[0] ?? '';
  const told = [...page.matchAll(/^\| `([\w.-]+)` +\| (.+?) +\|$/gm)].map(([, action, when]) => [
    action,
    when,
  ]);
  expect(Object.fromEntries(told)).toEqual(AUDIT_ACTIONS);
});
