import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ruleFiles } from '../../../scripts/observability/rule-files.js';
import { freePorts } from '../../harness/free-ports.js';
import { until } from '../until.js';

/** A target by its job, at 127.0.0.1. */
export interface Target {
  readonly job: string;
  readonly port: number;
}

const answer = z.object({ status: z.literal('success'), data: z.unknown() });
const vector = z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) });
const rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().default('') })),
    }),
  ),
});
const alerts = z.object({
  alerts: z.array(z.object({ labels: z.record(z.string(), z.string()), state: z.string() })),
});

/** A Prometheus with the rules of this repository, every two seconds instead of every half minute. */
export class PrometheusServer {
  readonly #process: ChildProcess;
  readonly #url: string;
  readonly #directory: string;
  #log = '';

  private constructor(port: number, directory: string) {
    this.#url = `http://127.0.0.1:${port}`;
    this.#directory = directory;
    this.#process = spawn(
      'prometheus',
      [
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
  }

  /** Resolves when it answers queries. */
  static async start(targets: readonly Target[]): Promise<PrometheusServer> {
    const directory = await mkdtemp(join(tmpdir(), 'meterpulse-prometheus-'));
    await mkdir(join(directory, 'rules'));
    for (const file of ruleFiles()) {
      const text = (await readFile(file, 'utf8')).replaceAll(/^ {4}interval: 30s\n/gm, '');
      await writeFile(join(directory, 'rules', basename(file)), text);
    }
    await writeFile(
      join(directory, 'prometheus.yml'),
      stringify({
        global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '2s' },
        rule_files: ['rules/*.yaml'],
        scrape_configs: targets.map(({ job, port }) => ({
          job_name: job,
          static_configs: [
            { targets: [`127.0.0.1:${port}`], labels: { namespace: 'test', pod: `${job}-0` } },
          ],
        })),
      }),
    );
    const [port = 0] = await freePorts(1);
    const server = new PrometheusServer(port, directory);
    try {
      await until('Prometheus is ready', async () => {
        if (server.#process.exitCode !== null) throw new Error(server.#log);
        return (await fetch(`${server.#url}/-/ready`)).ok;
      });
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  /** How many series an expression gives now. Throws with what Prometheus says of one that it doesn't take. */
  async series(expression: string): Promise<number> {
    const query = new URLSearchParams({ query: expression });
    const response = await fetch(`${this.#url}/api/v1/query?${query.toString()}`);
    if (!response.ok) throw new Error(`${expression}: ${await response.text()}`);
    return vector.parse(answer.parse(await response.json()).data).result.length;
  }

  /** Names of rules that were evaluated, and what went wrong with the others; `unknown` is yet to come. */
  async rules(): Promise<{ readonly name: string; readonly health: string; readonly lastError: string }[]> {
    return rules.parse(await this.#get('/api/v1/rules')).groups.flatMap((group) => group.rules);
  }

  /** Names of alerts that fire. */
  async firing(): Promise<string[]> {
    const { alerts: all } = alerts.parse(await this.#get('/api/v1/alerts'));
    return all.filter(({ state }) => state === 'firing').map(({ labels }) => labels['alertname'] ?? '');
  }

  async dispose(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #get(path: string): Promise<unknown> {
    return answer.parse(await (await fetch(`${this.#url}${path}`)).json()).data;
  }
}
