import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerCache, type CacheRequest } from './answer-cache.js';
import { ok, refused, type Answer } from './answer.js';
import { problem } from './problem.js';

const REQUEST: CacheRequest = {
  resource: 'energy',
  query: { from: 1, to: 2 },
  sites: null,
  ifNoneMatch: undefined,
  version: 1,
};

function cacheOf(maxBytes: number) {
  const seen: string[] = [];
  const cache = new AnswerCache({
    maxBytes,
    onRequest: (resource, outcome, bytes) => seen.push(`${resource} ${outcome} ${bytes > 0}`),
  });
  return { cache, seen };
}

async function ask(cache: AnswerCache, request: Partial<CacheRequest>, body: unknown = {}): Promise<Answer> {
  return cache.answer({ ...REQUEST, ...request }, () => Promise.resolve(ok(body)));
}

const textOf = (answer: Answer): string | undefined =>
  answer.kind === 'json' ? answer.text.toString() : undefined;
const etagOf = (answer: Answer): string => ('etag' in answer ? answer.etag : '');

describe('a cache of answers', () => {
  it('gives nobody what was made for others, and tells by no mark of what they may not see', async () => {
    const { cache } = cacheOf(100_000);
    const whole = await ask(cache, {}, { of: 'all' });
    const north = await ask(cache, { sites: ['north', 'east'] }, { of: 'north' });
    expect(textOf(north)).toBe('{"of":"north"}');
    expect(textOf(await ask(cache, { sites: ['east', 'north'] }))).toBe('{"of":"north"}');
    for (const sites of [['north'], ['north,east'], ['*'], [], null]) {
      const other = await ask(cache, { sites, version: 9, ifNoneMatch: etagOf(north) }, { of: 'other' });
      expect(textOf(other)).toBe('{"of":"other"}');
    }
    const later = await ask(cache, { sites: ['north', 'east'], version: 9 }, { of: 'north' });
    expect(etagOf(later)).toBe(etagOf(north));
    expect(
      await ask(
        cache,
        { sites: ['north', 'east'], version: 10, ifNoneMatch: etagOf(north) },
        { of: 'north' },
      ),
    ).toEqual({
      kind: 'unchanged',
      etag: etagOf(north),
    });
    expect(textOf(await ask(cache, { ifNoneMatch: etagOf(north) }))).not.toBe(textOf(north));
    expect(etagOf(whole)).not.toBe(etagOf(north));
  });

  it('gives an answer again while its version is the same', async () => {
    const { cache, seen } = cacheOf(100_000);
    const first = await ask(cache, {}, { at: 1 });
    expect(textOf(first)).toBe('{"at":1}');
    expect(await ask(cache, {}, { at: 2 })).toEqual(first);
    const changed = await ask(cache, { version: 2 }, { at: 3 });
    expect(textOf(changed)).toBe('{"at":3}');
    expect(etagOf(changed)).not.toBe(etagOf(first));
    expect(seen).toEqual(['energy miss true', 'energy hit true', 'energy stale true']);
  });

  it('knows a question however its parameters are ordered, and takes no two for one', async () => {
    const { cache } = cacheOf(100_000);
    const first = await ask(cache, { query: { from: 1, to: 2, site: undefined } }, 1);
    expect(textOf(await ask(cache, { query: { to: 2, from: 1 } }, 2))).toBe('1');
    for (const other of [
      { query: { from: 12 } },
      { query: { from: 1, to: 2, site: '' } },
      { resource: 'aggregates' as const },
    ]) {
      const answer = await ask(cache, other, 3);
      expect(textOf(answer)).toBe('3');
      expect(etagOf(answer)).not.toBe(etagOf(first));
    }
  });

  it('tells who has the answer that it is unchanged, without making it', async () => {
    const { cache, seen } = cacheOf(0);
    const etag = etagOf(await ask(cache, {}));
    const fail = () => Promise.reject(new Error('not to be asked for'));
    for (const ifNoneMatch of [etag, `"other", ${etag}`, etag.slice(2)]) {
      expect(await cache.answer({ ...REQUEST, ifNoneMatch }, fail)).toEqual({ kind: 'unchanged', etag });
    }
    for (const ifNoneMatch of ['', '*', '"other"', `${etag}x`]) {
      expect((await ask(cache, { ifNoneMatch })).kind).toBe('json');
    }
    expect((await ask(cache, { ifNoneMatch: etag, version: 2 })).kind).toBe('json');
    expect(seen.filter((each) => each.includes('unchanged'))).toHaveLength(3);
  });

  it('makes an answer once for all who ask for it meanwhile, and forgets a failure', async () => {
    const { cache, seen } = cacheOf(0);
    let made = 0;
    const failing = [1, 2].map(() =>
      cache.answer(REQUEST, async () => {
        made++;
        await Promise.resolve();
        throw new Error('the database went away');
      }),
    );
    const other = await ask(cache, { version: 2 }, 'of another version');
    await Promise.all(failing.map((each) => expect(each).rejects.toThrow('went away')));
    expect(made).toBe(1);
    expect(textOf(other)).toBe('"of another version"');

    const asked = [1, 2, 3].map(() => cache.answer(REQUEST, () => Promise.resolve(ok(`made ${++made}`))));
    expect((await Promise.all(asked)).map(textOf)).toEqual(Array(3).fill('"made 2"'));
    expect(made).toBe(2);
    expect(seen.filter((each) => each.includes('joined'))).toHaveLength(3);
  });

  it('keeps no problem and nothing larger than a page', async () => {
    const { cache } = cacheOf(100_000_000);
    const refusal = refused(problem('too-costly', 'why'));
    expect(await cache.answer(REQUEST, () => Promise.resolve(refusal))).toBe(refusal);
    await ask(cache, {}, 'x'.repeat(2_000_000));
    expect(cache.bytes).toBe(0);
    expect(textOf(await ask(cache, {}, 1))).toBe('1');
  });

  it('never holds more bytes than it may', async () => {
    const requests = fc.array(fc.tuple(fc.nat(30), fc.nat(3), fc.nat(4_000)), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(requests, async (asked) => {
        const { cache } = cacheOf(20_000);
        for (const [from, version, size] of asked) {
          const answer = await ask(cache, { query: { from }, version }, { version, text: 'ä'.repeat(size) });
          expect(textOf(answer)).toContain(`"version":${version}`);
          expect(cache.bytes).toBeLessThanOrEqual(20_000);
        }
      }),
      { numRuns: 50 },
    );
  });
});
