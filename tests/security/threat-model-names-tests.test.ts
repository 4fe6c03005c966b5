import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { testTitles } from './harness/test-titles.js';

const page = await readFile('docs/threat-model.md', 'utf8');
const named = [...page.matchAll(/`([^`\s]+\.test\.ts)` › “([^”]+)”/g)].map(([, path = '', title = '']) => ({
  path,
  title,
}));

describe('the threat model', () => {
  it('names tests that there are', async () => {
    expect(named.length).toBeGreaterThan(40);
    const missing: string[] = [];
    for (const { path, title } of named) {
      const exists = existsSync(path) && (await testTitles(path)).has(title);
      if (!exists) missing.push(`${path} › ${title}`);
    }
    expect(missing).toEqual([]);
  });

  it('names one for each threat', () => {
    const rows = page.split('\n').filter((line) => /^\| (?!who, or what|-)/.test(line));
    expect(rows.length).toBeGreaterThan(25);
    for (const row of rows) expect(row).toMatch(/` › “/);
  });

  it('names each file of attacks', async () => {
    const files = (await readdir('tests/security')).filter((name) => name.endsWith('.test.ts'));
    const paths = new Set(named.map(({ path }) => path));
    const others = files.map((name) => `tests/security/${name}`).filter((path) => !paths.has(path));
    expect(others).toEqual(['tests/security/threat-model-names-tests.test.ts']);
  });
});
