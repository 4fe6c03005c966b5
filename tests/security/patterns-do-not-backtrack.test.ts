import { check } from 'recheck';
import { describe, expect, it } from 'vitest';
import { sourcePatterns } from './harness/source-patterns.js';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** Patterns that are put together at run time, by the expression that the source has: what comes of it. */
const MADE: Readonly<Record<string, readonly (readonly [source: string, flags: string])[]>> = {
  'routes/query/parameters.ts: `^\\\\P{Cc}{${min},${max}}$`': [
    ['^\\P{Cc}{0,255}$', 'u'],
    ['^\\P{Cc}{1,1000}$', 'u'],
  ],
  'server/gateway/sessions/presence.ts: `^(${UUID}) (.+)$`': [[`^(${UUID}) (.+)$`, 's']],
  'server/gateway/sessions/presence.ts: `^(${UUID}) (\\\\d{1,15}) (.+)$`': [
    [`^(${UUID}) (\\d{1,15}) (.+)$`, 's'],
  ],
  'tables/csv-lines.ts: `[${/\\w/.test(separator) ? separator : `\\\\${separator}`}\\\\r\\\\n]`': [
    ['[\\;\\r\\n]', 'g'],
    ['[a\\r\\n]', 'g'],
  ],
};

const { patterns, made } = await sourcePatterns();

/** A pattern takes milliseconds; a machine that does much else at once takes its time. */
const PATIENCE_MS = 120_000;

/** Of what recheck tells; its own types can't be resolved. */
interface Judged {
  readonly status: 'safe' | 'vulnerable' | 'unknown';
  readonly complexity?: { readonly summary: string };
}

async function verdict(source: string, flags: string): Promise<string> {
  const { status, complexity } = (await check(source, flags, { timeout: PATIENCE_MS })) as Judged;
  return status === 'safe' ? status : `${status}: ${complexity?.summary ?? 'not judged in time'}`;
}

describe('each regular expression of the sources', () => {
  const distinct = new Map(patterns.map((pattern) => [`/${pattern.source}/${pattern.flags}`, pattern]));

  it('is found', () => {
    expect(distinct.size).toBeGreaterThan(100);
  });

  it('takes time that grows with the text alone, however hostile it is', async () => {
    const unsafe: string[] = [];
    for (const [text, { place, source, flags }] of distinct) {
      const judged = await verdict(source, flags);
      if (judged !== 'safe') unsafe.push(`${place} ${text} ${judged}`);
    }
    expect(unsafe).toEqual([]);
  }, 300_000);

  it('does so too when it is put together at run time, and each such place is known here', async () => {
    expect([...new Set(made)].sort()).toEqual(Object.keys(MADE).sort());
    for (const [source, flags] of Object.values(MADE).flat()) {
      expect(await verdict(source, flags), source).toBe('safe');
    }
  });

  it.each(['^(a+)+$', '(.*)*x', '^(\\w|\\d)+$', '\\s+$'])(
    'would be told if it did not: %s',
    async (source) => {
      expect(await verdict(source, '')).toMatch(/^vulnerable: /);
    },
  );
});
