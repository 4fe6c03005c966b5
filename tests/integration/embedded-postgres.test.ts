import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EmbeddedPostgres } from '../../server/embedded/embedded-postgres.js';
import { isAlive } from '../../server/lifecycle/is-alive.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts it in a process of its own and waits for its address. */
async function inProcess(dataDir: string, ...args: string[]) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'tests/fixtures/embedded-postgres.ts', dataDir, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, exited, ...(JSON.parse(line.toString()) as { url: string; pid: number }) };
}

describe('the embedded PostgreSQL', () => {
  let dataDir: string;
  beforeEach(async () => {
    // Readable by its owner alone, as `mktemp -d` makes it: PostgreSQL runs as another user when we are root.
    dataDir = join(await mkdtemp(join(tmpdir(), 'meterpulse-pg-')), 'data');
  });
  afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }));

  it('keeps its data and its password over a stop', async () => {
    const first = await EmbeddedPostgres.start({ dataDir });
    await query(first.url, 'create table kept as select 1 as one');
    await first.stop();
    await first.stop();
    const second = await EmbeddedPostgres.start({ dataDir });
    expect(await query(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    await second.stop();
  });

  it('ends what a killed process left running, and recovers its data', async () => {
    const killed = await inProcess(dataDir);
    await query(killed.url, 'create table kept as select 1 as one');
    killed.child.kill('SIGKILL');
    await killed.exited;
    expect(isAlive(killed.pid)).toBe(true);
    const next = await EmbeddedPostgres.start({ dataDir });
    expect(isAlive(killed.pid)).toBe(false);
    expect(await query(next.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await next.stop();
  });

  it('does not outlive a process that exits without stopping it', async () => {
    const exited = await inProcess(dataDir, 'exit');
    await exited.exited;
    await vi.waitFor(() => expect(isAlive(exited.pid)).toBe(false), 30_000);
  });

  it('tells when it ended by itself', async () => {
    const postgres = await EmbeddedPostgres.start({ dataDir });
    process.kill(postgres.pid, 'SIGQUIT');
    await postgres.whenEnded();
    await postgres.stop();
  });

  it('says what PostgreSQL said when it does not start', async () => {
    const starting = EmbeddedPostgres.start({ dataDir, settings: ['shared_buffers=nonsense'] });
    await expect(starting).rejects.toMatchObject({
      code: 'EMBEDDED_POSTGRES_FAILED',
      message: expect.stringContaining('shared_buffers') as string,
    });
  });

  it('leaves a foreign directory of its name alone', async () => {
    const notes = join(dataDir, 'postgres', 'notes.txt');
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(notes, 'mine');
    await expect(EmbeddedPostgres.start({ dataDir })).rejects.toMatchObject({
      code: 'EMBEDDED_POSTGRES_FAILED',
    });
    expect(await readFile(notes, 'utf8')).toBe('mine');
  });

  it('makes a cluster anew that was interrupted half made', async () => {
    await mkdir(join(dataDir, 'postgres.new'), { recursive: true });
    await writeFile(join(dataDir, 'postgres.new', 'PG_VERSION'), '18');
    const postgres = await EmbeddedPostgres.start({ dataDir });
    await postgres.stop();
  });
});
