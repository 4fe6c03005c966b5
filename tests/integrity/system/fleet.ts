import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulateSummary } from '../../../client/simulate/summary.js';
import type { AcknowledgedReading } from '../../../client/simulate/reading-ledger.js';
import { readingKey } from '../oracle.js';
import { until } from '../until.js';
import { RoleProcess } from './role-process.js';

/** `meterpulse simulate` as a process of its own, with its ledger. */
export class Fleet {
  readonly process: RoleProcess;
  readonly #directory: string;

  private constructor(directory: string, args: readonly string[]) {
    this.#directory = directory;
    this.process = new RoleProcess(
      ['simulate', '--json', '--ledger', join(directory, 'ledger'), ...args],
      {},
    );
  }

  static async start(args: readonly string[]): Promise<Fleet> {
    return new Fleet(await mkdtemp(join(tmpdir(), 'meterpulse-fleet-')), args);
  }

  /** Resolves when everything it said is acknowledged. Throws when something was not, or was refused. */
  async done(timeoutMs: number): Promise<SimulateSummary> {
    await until('the fleet is done', () => this.process.hasEnded, timeoutMs);
    const { code } = await this.process.ended();
    const summary = this.process.stdout.trim().split('\n').at(-1) ?? '';
    if (code !== 0) throw new Error(`the fleet ended by ${code}: ${summary}\n${this.process.report()}`);
    return JSON.parse(summary) as SimulateSummary;
  }

  /** What was acknowledged, as {@link readingText} by natural key. Throws where one was acknowledged in two ways. */
  acknowledged(): ReadonlyMap<string, string> {
    const readings = new Map<string, string>();
    for (const line of readFileSync(join(this.#directory, 'ledger'), 'utf8').split('\n')) {
      if (line === '') continue;
      const { timestamp, value, transactionId, ...key } = JSON.parse(line) as AcknowledgedReading;
      const name = readingKey({ ...key, time: timestamp });
      const text = readingText({ value, transaction: transactionId });
      const known = readings.get(name) ?? text;
      if (known !== text) throw new Error(`${name} was acknowledged as ${known} and as ${text}`);
      readings.set(name, text);
    }
    return readings;
  }

  async dispose(): Promise<void> {
    await this.process.dispose();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** What a reading says, whatever is known of how it came. */
export function readingText(reading: {
  readonly value: number;
  readonly transaction: string | null;
}): string {
  return `${reading.value} in ${reading.transaction ?? 'no session'}`;
}
