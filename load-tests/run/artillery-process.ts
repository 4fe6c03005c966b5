import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Settings } from '../engine/settings.js';
import { scenarioFile } from '../options/scenarios.js';
import { REPOSITORY } from '../repository.js';
import type { Part } from './plan.js';

const ARTILLERY = join(REPOSITORY, 'load-tests/node_modules/artillery/bin/run');
const STOP_TIMEOUT_MS = 10_000;

/** What Artillery itself reports of a process: its own count, to hold the engine's against. */
export interface ArtilleryReport {
  readonly part: string;
  readonly exitCode: number | null;
  readonly counters: Readonly<Record<string, number>>;
  /** The last lines of its output, where it ended otherwise than it should. */
  readonly output: string | null;
}

const reportSchema = z.object({ aggregate: z.object({ counters: z.record(z.string(), z.number()) }) });

/** One `artillery run`. Its output goes to `<part>.log`, its report to `<part>.artillery.json` in the run's directory. */
export class ArtilleryProcess {
  readonly ended: Promise<number | null>;
  readonly #log: string;
  readonly #report: string;

  private constructor(
    readonly part: Part,
    directory: string,
    private readonly process: ChildProcess,
  ) {
    this.#log = join(directory, `${part.name}.log`);
    this.#report = join(directory, `${part.name}.artillery.json`);
    const log = createWriteStream(this.#log);
    process.stdout?.pipe(log, { end: false });
    process.stderr?.pipe(log, { end: false });
    this.ended = once(process, 'close').then(([code]) => {
      log.end();
      return code as number | null;
    });
  }

  static start(part: Part, settings: Settings, modules: string): ArtilleryProcess {
    const overrides = {
      config: {
        target: settings.gatewayUrl ?? settings.apiUrl ?? 'ws://127.0.0.1',
        phases: [{ duration: part.rampSeconds, arrivalCount: part.users }],
        engines: { ocpp: settings },
      },
    };
    const report = join(settings.directory, `${part.name}.artillery.json`);
    const child = spawn(
      process.execPath,
      [ARTILLERY, 'run', scenarioFile(part.scenario), '--overrides', JSON.stringify(overrides), '-o', report],
      {
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          NODE_PATH: modules,
          // Nothing leaves this machine. Expectations are judged for all processes together.
          ARTILLERY_DISABLE_TELEMETRY: 'true',
          ARTILLERY_DISABLE_ENSURE: 'true',
          NO_COLOR: '1',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        // Ctrl-C is the coordinator's: it ends its children in order.
        detached: true,
      },
    );
    return new ArtilleryProcess(part, settings.directory, child);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  async report(): Promise<ArtilleryReport> {
    const exitCode = await this.ended;
    const written: unknown = existsSync(this.#report)
      ? JSON.parse(readFileSync(this.#report, 'utf8'))
      : undefined;
    const parsed = reportSchema.safeParse(written);
    const good = exitCode === 0 && parsed.success;
    return {
      part: this.part.name,
      exitCode,
      counters: parsed.data?.aggregate.counters ?? {},
      output: good ? null : readFileSync(this.#log, 'utf8').slice(-2_000),
    };
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }
}
