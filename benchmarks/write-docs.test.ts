import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readHistory } from './history.js';
import { suiteNames } from './options.js';
import { summaryOf } from './summary.js';
import { pageOf, tablesIn } from './write-docs.js';

const page = (name: string): string => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

describe('figures in the documentation', () => {
  it('are at the top of docs/performance.md as the history has them: npm run docs writes them', () => {
    expect(tablesIn(page('performance.md'), 'summary')).toBe(summaryOf(readHistory(), suiteNames()));
  });

  it.each(suiteNames())('have a place for those of suite %s', (suite) => {
    expect(() => tablesIn(page(pageOf(suite)), suite)).not.toThrow();
  });

  it('have no place for a suite that does not exist', () => {
    const places = readdirSync(new URL('../docs', import.meta.url))
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) => [...page(name).matchAll(/<!-- bench (\S+) -->/g)].map(([, suite]) => suite));
    expect(places.toSorted()).toEqual([...suiteNames(), 'summary'].toSorted());
  });
});
