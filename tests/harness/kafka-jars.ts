import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '4.1.1';

/** The directory of the jars, fetched by Maven the first time. KAFKA_TEST_HOME names another cache directory. */
export async function kafkaJars(): Promise<string> {
  const jars = jarDirectory();
  if (existsSync(jars)) return jars;
  await mkdir(dirname(jars), { recursive: true });
  // Fetched aside and renamed: a fetch cut short, or two at once, never leave half a directory.
  const fetched = await mkdtemp(join(dirname(jars), 'fetch-'));
  try {
    await promisify(execFile)('mvn', [
      '-q',
      '-B',
      '-f',
      join(import.meta.dirname, 'kafka/pom.xml'),
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${fetched}`,
    ]);
    await rename(fetched, jars).catch((error: unknown) => {
      if (!existsSync(jars)) throw error;
    });
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
  return jars;
}

/** Why no Kafka can be started here; undefined when it can. Throws instead where a missing Kafka must not pass. */
export function kafkaUnavailable(): string | undefined {
  const missing = whatIsMissing();
  if (
    missing !== undefined &&
    (process.env['CI'] === 'true' || process.env['KAFKA_REQUIRED'] !== undefined)
  ) {
    throw new Error(`${missing}, and Kafka tests are required here`);
  }
  return missing;
}

function whatIsMissing(): string | undefined {
  if (!runs('java', '-version')) return 'java is not installed (a JRE of version 17 or newer)';
  if (!existsSync(jarDirectory()) && !runs('mvn', '-v'))
    return 'mvn is not installed (Maven fetches Kafka once)';
  return undefined;
}

function runs(command: string, flag: string): boolean {
  return spawnSync(command, [flag], { stdio: 'ignore' }).status === 0;
}

function jarDirectory(): string {
  return join(process.env['KAFKA_TEST_HOME'] ?? join(homedir(), '.cache/meterpulse-kafka', VERSION), 'lib');
}
