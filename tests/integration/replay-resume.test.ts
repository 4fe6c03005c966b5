import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../../client/replay/replay.js';
import { FakeGateway } from '../harness/fake-gateway.js';
import { createScratch, HEADER, meterValueRows, writeCsv, writeXlsx } from '../harness/workbook-file.js';

const ROWS = 3_000;
const PROGRAM = fileURLToPath(new URL('../harness/replay-program.ts', import.meta.url));
const scratch = await createScratch();
const file = scratch.path('rows.csv');
let gateway: FakeGateway | undefined;
const children: ChildProcess[] = [];

beforeAll(() => writeCsv(file, [HEADER, ...meterValueRows(ROWS, 11)]));
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await gateway?.stop();
});
afterAll(() => scratch.remove());

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

function start(...options: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, 'replay', ...options]);
  children.push(child);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]): Ended => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    ...text,
  }));
  return { child, ended };
}

const WAIT = { timeout: 60_000 };
/** One row after another, so that there is time to interrupt. */
const SLOWLY = ['--speed', '100x', '--json'];

describe('a replay with a resume state', () => {
  it('goes on after kill -9, and at most a second of acknowledgements is sent again', async () => {
    const state = scratch.path('killed.json');
    gateway = await FakeGateway.start();
    const options = ['--file', file, '--url', gateway.url, '--resume', state];
    const first = start(...options, ...SLOWLY);
    const { heard, accepted } = gateway;
    await expect.poll(() => heard.length, WAIT).toBeGreaterThan(900);
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    const before = accepted.length;
    expect(before).toBeLessThan(ROWS);

    const second = await start(...options, '--json').ended;
    expect(second.code).toBe(0);
    const line = JSON.parse(second.out) as { rows: number; acknowledged: number; skipped: number };
    expect(line).toMatchObject({ rows: ROWS, rejected: 0, retried: 0, badRows: 0 });
    expect(line.acknowledged + line.skipped).toBe(ROWS);
    expect(line.skipped).toBeGreaterThan(0);
    // 100 rows are due in a second; the margin is for a machine that was busy when the state should have been written.
    expect(before - line.skipped).toBeLessThan(600);
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(ROWS);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'keeps everything acknowledged when it is ended by %s',
    async (signal) => {
      const state = scratch.path(`${signal}.json`);
      gateway = await FakeGateway.start();
      const { heard } = gateway;
      const options = ['--file', file, '--url', gateway.url, '--resume', state];
      const first = start(...options, ...SLOWLY);
      await expect.poll(() => heard.length, WAIT).toBeGreaterThan(300);
      first.child.kill(signal);
      const ended = await first.ended;
      expect(ended.code).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(ended.err).toContain('The same command goes on from here.');
      const { acknowledged } = JSON.parse(ended.out) as { acknowledged: number };

      const summary = await replay({ file, url: gateway.url, resume: state });
      expect(summary.skipped).toBe(acknowledged);
      expect(summary.acknowledged).toBe(ROWS - acknowledged);
    },
  );

  it('sends nothing when all is done, and needs no gateway for that', async () => {
    const state = scratch.path('done.json');
    gateway = await FakeGateway.start({
      react: (_, nth) => (nth === 5 ? { reject: 'invalid_value' } : 'accept'),
    });
    const { url } = gateway;
    await replay({ file, url, resume: state });
    await gateway.stop();
    const again = await replay({ file, url, resume: state });
    expect(again).toMatchObject({ sent: 0, acknowledged: 0, rejected: 0, skipped: ROWS });
  });

  it('refuses the state of another workbook, and leaves it alone', async () => {
    const state = scratch.path('other.json');
    const other = scratch.path('other.csv');
    await writeCsv(other, [HEADER, ...meterValueRows(10, 1)]);
    gateway = await FakeGateway.start();
    await replay({ file, url: gateway.url, resume: state });
    const before = await readFile(state, 'utf8');
    const ended = await start('--file', other, '--url', gateway.url, '--resume', state, '--json').ended;
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('RESUME_STATE_UNUSABLE');
    expect(ended.err).toContain('belongs to another workbook');
    expect(await readFile(state, 'utf8')).toBe(before);
  });

  it('says before sending anything that the state cannot be written', async () => {
    gateway = await FakeGateway.start();
    const resume = scratch.path('no/such/place.json');
    await expect(replay({ file, url: gateway.url, resume })).rejects.toMatchObject({
      code: 'RESUME_STATE_UNUSABLE',
    });
    expect(gateway.heard).toHaveLength(0);
    await expect(stat(resume)).rejects.toThrow();
  });
});

describe('the replay command', () => {
  it('gives the same result for .xlsx and .csv', async () => {
    const rows = meterValueRows(200, 5);
    await writeXlsx(scratch.path('same.xlsx'), { s: [HEADER, ...rows] });
    await writeCsv(scratch.path('same.csv'), [HEADER, ...rows]);
    const heard: unknown[] = [];
    for (const name of ['same.xlsx', 'same.csv']) {
      gateway = await FakeGateway.start();
      const summary = await replay({ file: scratch.path(name), url: gateway.url, connections: 1 });
      heard.push(gateway.heard, { ...summary, seconds: 0 });
      await gateway.stop();
    }
    expect(heard.slice(2)).toEqual(heard.slice(0, 2));
  });

  it('names bad rows by number, sends the others, and fails over them only when strict', async () => {
    const bad = scratch.path('bad.csv');
    const rows = meterValueRows(30, 2);
    rows[3] = ['CP-1', '{"connectorId":'];
    rows[9] = ['', '{}'];
    await writeCsv(bad, [HEADER, ...rows]);
    gateway = await FakeGateway.start();
    const options = ['--file', bad, '--url', gateway.url];
    const lenient = await start(...options, '--json').ended;
    expect(lenient.code).toBe(0);
    expect(lenient.err.trim()).toBe('Row 11: charge_point_id is empty.');
    expect(lenient.out.trim().split('\n')).toHaveLength(1);
    const { seconds, ...counts } = JSON.parse(lenient.out) as Record<string, number>;
    expect(counts).toEqual({ rows: 30, sent: 29, acknowledged: 29, rejected: 0, retried: 0, badRows: 1 });
    expect(seconds).toBeGreaterThan(0);
    expect(gateway.heard.find(({ id }) => id === 'row-5')?.payload).toBe('{"connectorId":');
    const strict = await start(...options, '--strict').ended;
    expect(strict.code).toBe(1);
    expect(strict.out).toContain('acknowledged');
  });

  it.each(['ledger.ndjson', 'ledger.csv'])('writes what became of each row into %s', async (name) => {
    const mixed = scratch.path('mixed.csv');
    const ledger = scratch.path(name);
    const rows = meterValueRows(4, 4);
    rows[1] = ['', '{}'];
    await writeCsv(mixed, [HEADER, ...rows]);
    gateway = await FakeGateway.start({
      react: ({ id }) => (id === 'row-4' ? { reject: 'invalid_value' } : 'accept'),
      upgrade: ({ url }) => (url === '/ocpp/CP-3' ? { status: 404 } : null),
    });
    const options = ['--file', mixed, '--url', gateway.url, '--protocol', 'ocpp1.6', '--ledger', ledger];
    expect((await start(...options, '--json').ended).code).toBe(0);
    const lines = (await readFile(ledger, 'utf8')).trimEnd().split(/\r?\n/);
    const expected = [
      [2, 'CP-0', 'accepted', '', ''],
      [3, '', 'refused', 'missing_charge_point', 'charge_point_id is empty'],
      [4, 'CP-2', 'rejected', 'invalid_value', ''],
      [5, 'CP-3', 'refused', 'http_404', 'it answered HTTP 404'],
    ];
    if (name.endsWith('.csv')) {
      expect(lines.shift()).toBe('row,sheet,chargePointId,outcome,code,reason');
      expect(lines.sort()).toEqual(
        expected.map(([row, ...rest]) => [row, '', ...rest].map((each) => `"${String(each)}"`).join(',')),
      );
    } else {
      const found = lines.map((line) => Object.values<unknown>(JSON.parse(line) as Record<string, unknown>));
      expect(found.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(
        expected.map(([row, ...rest]) => [row, '', ...rest]),
      );
    }
  });

  it('goes on with its ledger when it goes on with its rows', async () => {
    const resume = scratch.path('ledger-state.json');
    const ledger = scratch.path('continued.ndjson');
    const stop = new AbortController();
    gateway = await FakeGateway.start({
      react: (_, nth) => {
        if (nth === 500) stop.abort();
        return 'accept';
      },
    });
    const options = { file, url: gateway.url, resume, ledger };
    await replay(options, { signal: stop.signal });
    await replay(options);
    const lines = (await readFile(ledger, 'utf8')).trimEnd().split('\n');
    const rows = lines.map((line) => (JSON.parse(line) as { row: number }).row).sort((a, b) => a - b);
    expect(rows).toEqual(Array.from({ length: ROWS }, (_, index) => index + 2));
  });

  it('says before sending anything that the ledger cannot be written', async () => {
    gateway = await FakeGateway.start();
    const ledger = scratch.path('no/such/place.csv');
    await expect(replay({ file, url: gateway.url, ledger })).rejects.toMatchObject({
      code: 'LEDGER_UNWRITABLE',
    });
    expect(gateway.heard).toHaveLength(0);
  });

  it('sends the sheets that it is told to send', async () => {
    const book = scratch.path('sheets.xlsx');
    const [march, april] = [meterValueRows(3, 1), meterValueRows(5, 1)];
    await writeXlsx(book, { March: [HEADER, ...march], April: [HEADER, ...april] });
    gateway = await FakeGateway.start();
    const options = ['--file', book, '--url', gateway.url, '--json'];
    const all = await start(...options).ended;
    expect(JSON.parse(all.out)).toMatchObject({ rows: 8, acknowledged: 8 });
    expect(all.err).toContain("Sheets read: 'March', 'April'.");
    const one = await start(...options, '--sheet', 'April').ended;
    expect(JSON.parse(one.out)).toMatchObject({ rows: 5, acknowledged: 5 });
    const none = await start(...options, '--sheet', 'May').ended;
    expect(none.code).toBe(1);
    expect(none.err).toContain(
      "has no sheet 'May': it has 'March', 'April'. Correct --sheet, or leave it out.",
    );
  });

  it.each([
    [['--file', 'a.csv', '--speed', 'fast'], '--speed should be: max, realtime, or a factor like 60x'],
    [['--file', 'a.csv', '--window', 'x'], '--window should be: a whole number from 1 to 10000'],
    [['--file', 'a.csv', '--colour', 'red'], "unknown option '--colour'"],
    [['--url', 'ws://127.0.0.1'], "required option '--file <path>' not specified"],
    [['--file', '/nowhere/a.csv'], 'WORKBOOK_UNREADABLE: /nowhere/a.csv does not exist.'],
  ])('refuses %j with one clear line', async (options, line) => {
    const ended = await start(...options).ended;
    expect(ended.code).toBe(1);
    expect(ended.err).toContain(line);
    expect(ended.err.trim().split('\n')).toHaveLength(1);
  });

  it('prints its line of JSON even when it fails', async () => {
    gateway = await FakeGateway.start();
    const { url } = gateway;
    await gateway.stop();
    const ended = await start('--file', file, '--url', url, '--connect-within', '1', '--json').ended;
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('CONNECTION_REFUSED');
    expect(JSON.parse(ended.out)).toMatchObject({ rows: ROWS, sent: 0, acknowledged: 0, badRows: 0 });
  });
});
