import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { processesOf } from '../harness/processes-of.js';

/** Kafka and PostgreSQL of its own are started first. */
const TIMEOUT_MS = 300_000;

describe.skipIf(inject('kafkaMissing') !== null)(
  'a benchmark that is interrupted',
  { timeout: TIMEOUT_MS },
  () => {
    it('ends Kafka, PostgreSQL and every other process, and leaves no file', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'meterpulse-interrupted-'));
      onTestFinished(() => rm(directory, { recursive: true, force: true }));
      const bench = spawn(process.execPath, ['--import', 'tsx', 'benchmarks/main.ts', 'sink', '--quick'], {
        env: { ...process.env, TMPDIR: directory },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      onTestFinished(() => void bench.kill('SIGKILL'));
      const exited = once(bench, 'exit');
      for await (const line of createInterface({ input: bench.stderr })) {
        // Kafka and PostgreSQL are up, and the first worker is about to be.
        if (line.includes('messages on the topic')) break;
      }
      expect(await processesOf(directory)).not.toEqual([]);
      bench.kill('SIGINT');
      expect(await exited).toEqual([130, null]);
      expect(await processesOf(directory)).toEqual([]);
      // tsx keeps what it compiled there.
      expect((await readdir(directory)).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
    });
  },
);
