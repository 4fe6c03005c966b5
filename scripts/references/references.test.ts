import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { BAD_ROW_REASONS } from '../../client/replay/row.js';
import { PROBLEM_TYPES } from '../../controllers/problem.js';
import { ERROR_CODES } from '../../helpers/meterpulse-error.js';
import { OCPP_ERRORS } from '../../protocol/ocpp-error-codes.js';
import { REJECT_REASONS } from '../../protocol/reject.js';
import { EXIT_CODES } from '../../server/cli/exit-codes.js';
import { LIVE_CLOSES } from '../../server/live/close-codes.js';
import { LIVE_REFUSALS } from '../../server/live/refusals.js';
import { CLOSES } from '../../server/gateway/close-codes.js';
import { REFUSALS } from '../../server/gateway/refusals.js';
import { conformanceReference } from './conformance-reference.js';
import { errorsReference } from './errors-reference.js';
import { metricsReference } from './metrics-reference.js';
import { nodesOf, sourceFiles } from './sources.js';
import { thrownErrors } from './thrown-errors.js';

const files = sourceFiles();
const written = (name: string): string => readFileSync(`docs/${name}`, 'utf8');

describe('docs/metrics.md', () => {
  it('is what the registries of the roles say; `npm run docs` writes it', async () => {
    expect(written('metrics.md')).toBe(await metricsReference());
  });

  it('has an explanation of every metric', async () => {
    for (const line of (await metricsReference()).split('\n').filter((each) => each.startsWith('| `')))
      expect(line).toMatch(/\w{3,}.*\. \|$/);
  });
});

describe('docs/conformance.md', () => {
  it('is what the code says; `npm run docs` writes it', () => {
    expect(written('conformance.md')).toBe(conformanceReference());
  });
});

describe('docs/errors.md', () => {
  it('is what the sources say; `npm run docs` writes it', () => {
    expect(written('errors.md')).toBe(errorsReference());
  });

  it.each(
    Object.entries({
      ERROR_CODES,
      REJECT_REASONS,
      PROBLEM_TYPES,
      REFUSALS,
      CLOSES,
      LIVE_REFUSALS,
      LIVE_CLOSES,
      OCPP_ERRORS,
      BAD_ROW_REASONS,
      EXIT_CODES,
    }),
  )('has a remedy for each of %s', (_list, entries) => {
    for (const [name, { remedy }] of Object.entries(entries)) expect(remedy, name).toMatch(/^[A-Z`].+\.$/);
  });

  it('has a message for each error code: none is on the list in vain', () => {
    const thrown = new Set(thrownErrors(files).map(({ code }) => code));
    expect(Object.keys(ERROR_CODES).filter((code) => !thrown.has(code as keyof typeof ERROR_CODES))).toEqual(
      [],
    );
  });

  it('spells out what is passed to the functions that throw', () => {
    const messages = thrownErrors(files).map(({ message }) => message);
    expect(messages).toContain('{file} is protected by a password.');
    expect(messages).toContain('PostgreSQL was not ready within 30 s');
  });

  it('lists every exit code that a process ends with', () => {
    const exits = files.flatMap((file) => [
      ...nodesOf(file, ts.isCallExpression)
        .filter(({ expression }) => expression.getText() === 'process.exit')
        .flatMap((call) => call.arguments.map((argument) => argument.getText())),
      ...nodesOf(file, ts.isBinaryExpression)
        .filter(({ left }) => left.getText() === 'process.exitCode')
        .map(({ right }) => right.getText()),
    ]);
    const numbers = exits.filter((exit) => /^\d+$/.test(exit));
    expect(numbers.length).toBeGreaterThan(0);
    for (const number of numbers) expect(Object.keys(EXIT_CODES)).toContain(number);
  });
});
