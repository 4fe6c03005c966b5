import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A fenced block of a page and what the comments above it ask of the test. Readers don't see these comments:
 *
 *     <!-- test: given npm start -->                      runs before the page's first block: what its reader has running
 *     <!-- test: skip, because REASON -->                 not run
 *     <!-- test: on a cluster, PHASE -->                  not run here: a rehearsal runs it on a real one, and its report says so
 *     <!-- test: background, until "TEXT" -->             stays, and is ready once it printed TEXT
 *     <!-- test: after Ctrl-C -->                         what stays is ended first
 *     <!-- test: ends with 1 -->                          the exit code; 0 where nothing is said
 *     <!-- test: output contains "TEXT", "TEXT" -->       the block's output has these
 *     <!-- test: output -->                               the block is the output of the one before; `…` is anything
 *     <!-- test: output; "a", "b" vary -->                the same in JSON, with fields whose values differ each time
 *     <!-- test: file NAME -->                            the block is put into this file
 *     <!-- test: message of /ingest -->                   the block is one that the gateway takes
 *     <!-- test: message to /live -->                     the block is one that the live role takes
 *     <!-- test: frame of /live -->                       the block is a frame that it may send
 *     <!-- test: answer of GET /v1/stats -->              the block is one that the route's schema allows
 *     <!-- test: prometheus -->                           the block is a configuration that Prometheus takes
 *     <!-- test: problem -->                              the block is an answer of the API that says what is wrong
 */
export interface DocBlock {
  readonly page: string;
  /** Of the fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly directives: readonly string[];
}

export interface DocPage {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly DocBlock[];
  /** Commands that a reader of the page has run, or has running. */
  readonly given: readonly string[];
}

const DIRECTIVE = /^<!-- test: (.+) -->$/;

/** README, CONTRIBUTING and every page under docs/. */
export function docPages(): DocPage[] {
  const under = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => join('docs', file));
  return ['README.md', 'CONTRIBUTING.md', ...under].map((path) =>
    parsePage(path, readFileSync(path, 'utf8')),
  );
}

export function parsePage(path: string, text: string): DocPage {
  const blocks: DocBlock[] = [];
  let directives: string[] = [];
  let open: { line: number; language: string; code: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (open !== undefined) {
      if (line === '```') {
        const { code, ...rest } = open;
        blocks.push({ page: path, ...rest, code: code.join('\n'), directives });
        open = undefined;
        directives = [];
      } else open.code.push(line);
      continue;
    }
    const fence = /^```(\w*)$/.exec(line);
    const directive = DIRECTIVE.exec(line)?.[1];
    if (fence !== null) open = { line: index + 1, language: fence[1] ?? '', code: [] };
    else if (directive !== undefined) directives.push(directive);
    else if (line.trim() !== '') directives = [];
  }
  const given = [...text.matchAll(/^<!-- test: given (.+) -->$/gm)].flatMap(([, command]) => command ?? []);
  return { path, text, blocks, given };
}

/** What follows `name` in one of the block's directives; undefined when it has none such. */
export function directive({ directives }: DocBlock, name: string): string | undefined {
  const found = directives.find(
    (each) => each === name || (/^[ ,;]/.test(each.slice(name.length)) && each.startsWith(name)),
  );
  return found?.slice(name.length).replace(/^[ ,;]+/, '');
}

/** The texts in double quotes. */
export function quoted(text: string): string[] {
  return [...text.matchAll(/"([^"]+)"/g)].flatMap(([, inner]) => inner ?? []);
}

/** The text outside of fenced blocks and comments. */
export function proseOf({ text }: DocPage): string {
  return text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '').replaceAll(/<!--[\s\S]*?-->/g, '');
}
