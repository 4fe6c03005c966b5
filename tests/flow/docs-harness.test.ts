import { describe, expect, it } from 'vitest';
import { brokenLinks } from '../harness/doc-links.js';
import { NAME_KINDS } from '../harness/doc-names.js';
import { expectJson, expectOutput } from '../harness/doc-output.js';
import { directive, parsePage, quoted } from '../harness/doc-page.js';
import { DocSession } from '../harness/doc-session.js';

const page = (text: string) => parsePage('docs/page.md', text);

describe('a page', () => {
  const { blocks, given } = page(
    [
      '<!-- test: given npm start -->',
      'Text.',
      '<!-- test: skip, because it ends the world -->',
      '',
      '```sh',
      'rm -rf /',
      '```',
      '',
      'More text.',
      '',
      '```json',
      '{}',
      '```',
    ].join('\n'),
  );

  it('has the blocks that stand in it, each with the comments right above', () => {
    expect(blocks.map(({ language, line, code }) => [language, line, code])).toEqual([
      ['sh', 5, 'rm -rf /'],
      ['json', 11, '{}'],
    ]);
    expect(blocks.map((block) => directive(block, 'skip'))).toEqual(['because it ends the world', undefined]);
    expect(given).toEqual(['npm start']);
  });

  it('has comments that are read by their whole names', () => {
    const [block] = page('<!-- test: output contains "a b", "c" -->\n```sh\nx\n```').blocks;
    if (block === undefined) expect.fail('no block');
    expect(quoted(directive(block, 'output contains') ?? '')).toEqual(['a b', 'c']);
    expect(directive(block, 'out')).toBeUndefined();
  });

  it('is told of each link that leads nowhere', () => {
    const text =
      '[a](operations.md#stopping) [b](operations.md#no-such) [c](nowhere.md) [d](https://example.org)';
    expect(brokenLinks(page(text))).toEqual(['operations.md#no-such', 'nowhere.md']);
  });
});

describe('what is printed', () => {
  it('is what a page shows when it has its lines in their order', () => {
    expectOutput('one…\nthree', 'zero\none and a half\ntwo\nthree\n');
    expect(() => expectOutput('three\none', 'one\nthree')).toThrow();
    expect(() => expectOutput('a.c', 'abc')).toThrow();
  });

  it('is compared as JSON, save what varies', () => {
    expectJson('{"id": 1, "name": "x"}', '{"name":"x","id":7}', ['id']);
    expect(() => expectJson('{"id": 1}', '{"id":"1"}', ['id'])).toThrow();
    expect(() => expectJson('{"id": 1}', '{"id":7}', [])).toThrow();
    expect(() => expectJson('{"id": 1}', '{"id":1,"more":2}', [])).toThrow();
  });
});

describe('names', () => {
  it.each([
    ['npm script', 'npm run no-such', 'no-such'],
    ['command', '`meterpulse topic forget`', 'topic forget'],
    ['variable', '`BATCH_MAX_ROWZ`', 'BATCH_MAX_ROWZ'],
    ['metric', '`meterpulse_worker_flush_rowz`', 'meterpulse_worker_flush_rowz'],
  ])('of a %s are found, and told from those that exist', (kind, text, name) => {
    const found = NAME_KINDS.find((each) => each.kind === kind);
    const names = [...text.matchAll(found?.pattern ?? /never/g)].map(([, each]) => each);
    expect(names).toEqual([name]);
    expect(found?.exists(name)).toBe(false);
  });
});

describe('the reader of a page', () => {
  it('keeps variables from one block to the next, and stumbles over a command that fails', async () => {
    await using reader = await DocSession.open({ kafkaBroker: null, databaseUrl: 'postgres://nowhere' });
    await reader.run('export GREETING=hello');
    expect(await reader.run('echo "$GREETING" # to whom')).toBe('hello\n');
    expect(await reader.run('exit 3', { exitCode: 3 })).toBe('');
    await expect(reader.run('false | true')).rejects.toThrow('ended with 1');
  });
});
