import { describe, expect, it } from 'vitest';
import { readFrame, readMessage } from '../../client/live/read-message.js';
import { jsonIngestProtocol } from '../../protocol/json-ingest.js';
import { parseClientMessage } from '../../protocol/live/parse-client-message.js';
import { problemBody } from '../../routes/response/problem.js';
import { documentedRoutes } from '../../server/api/documented-routes.js';
import { brokenLinks } from '../harness/doc-links.js';
import { NAME_KINDS } from '../harness/doc-names.js';
import { directive, docPages, type DocBlock } from '../harness/doc-page.js';

const pages = docPages();
const blocks = pages.flatMap((page) => page.blocks);
const where = ({ page, line }: DocBlock): string => `${page}:${line}`;

describe('the pages of the documentation', () => {
  it.each(pages)('$path has no link that leads nowhere', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('are all reached from the index', () => {
    const index = pages.find(({ path }) => path === 'docs/README.md')?.text ?? '';
    const records = pages.find(({ path }) => path === 'docs/adr/README.md')?.text ?? '';
    for (const { path } of pages.filter(
      (page) => page.path.startsWith('docs/') && !page.path.endsWith('README.md'),
    )) {
      const [text, name] = path.startsWith('docs/adr/')
        ? [records, path.slice('docs/adr/'.length)]
        : [index, path.slice('docs/'.length)];
      expect(text, path).toContain(`](${name})`);
    }
  });

  it.each(NAME_KINDS)('name no $kind that does not exist', ({ pattern, exists }) => {
    const named = pages.flatMap(({ path, text }) =>
      [...text.matchAll(pattern)].map(([, name = '']) => ({ path, name })),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter(({ name }) => !exists(name))).toEqual([]);
  });

  it('name no route that does not exist', () => {
    const routes = documentedRoutes().map(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`));
    const named = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/(?<![\w#)-])(\/(?:v1|chargers)\/[\w{}/%-]+)/g)].map(([, name = '']) => ({
        path,
        name,
      })),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ name }) => !routes.some((route) => route.test(name)))).toEqual([]);
  });
});

describe('the examples of the documentation', () => {
  it('name their language', () => {
    expect(blocks.filter(({ language }) => language === '').map(where)).toEqual([]);
  });

  const examples = blocks.filter(({ language }) => language === 'json');
  it.each(examples.map((block) => [where(block), block] as const))(
    '%s is what the program says or takes',
    (_, block) => {
      // Compared while its page is followed, in docs-run.test.ts.
      if (['output', 'file', 'skip'].some((name) => directive(block, name) !== undefined)) return;
      const route = directive(block, 'answer of');
      if (route !== undefined) expectAnswer(route, block.code);
      else if (directive(block, 'problem') !== undefined)
        expect(problemBody.safeParse(JSON.parse(block.code)).error).toBe(undefined);
      else if (directive(block, 'message of /ingest') !== undefined) expectAccepted(block.code);
      else if (directive(block, 'message to /live') !== undefined)
        expect(parseClientMessage(block.code)).toMatchObject({ ok: true });
      else if (directive(block, 'frame of /live') !== undefined) expectFrame(block.code);
      else expect.fail('a comment above it must say what it is an example of');
    },
  );
});

/** `GET /v1/stats`: the route's own schema takes the example. */
function expectAnswer(route: string, text: string): void {
  const [method, path] = route.split(' ');
  const found = documentedRoutes().find(
    (each) => each.method === method?.toLowerCase() && each.path.replaceAll(/:(\w+)/g, '{$1}') === path,
  );
  if (!found?.response) expect.fail(`there is no route ${route}, or it answers nothing`);
  const parsed = found.response.safeParse(JSON.parse(text));
  expect(parsed.error?.issues ?? []).toEqual([]);
}

/** A client understands each of its messages. */
function expectFrame(text: string): void {
  const messages = readFrame(text) ?? [];
  expect(messages).not.toHaveLength(0);
  for (const message of messages) expect(readMessage(message)).toEqual(message);
}

function expectAccepted(text: string): void {
  const receivedAt = Date.parse('2026-03-10T12:00:00Z');
  const limits = { maxAheadMs: 86_400_000, minTimestampMs: 0 };
  const protocol = jsonIngestProtocol({ limits });
  const { verdicts } = protocol.handle(text, { chargePointId: null, receivedAt, heartbeatIntervalS: 300 });
  expect(verdicts.map(({ kind }) => kind)).toEqual(['accepted']);
}
