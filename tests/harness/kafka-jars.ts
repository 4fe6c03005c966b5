import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fetchMavenJars } from './maven-jars.js';

const VERSION = '4.1.1';

/** The directory of the jars, fetched by Maven the first time. KAFKA_TEST_HOME names another cache directory. */
export async function kafkaJars(): Promise<string> {
  const jars = jarDirectory();
  await fetchMavenJars(join(import.meta.dirname, 'kafka/pom.xml'), jars);
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
