import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { kafkaBrokers } from '../harness/kafka.js';
import { meterpulse } from '../harness/meterpulse.js';
import { startSecuredKafka, USER, type SecuredKafka } from '../harness/secured-kafka.js';
import { startSecuredPostgres, type SecuredPostgres } from '../harness/secured-postgres.js';

const missing = inject('kafkaMissing') ?? '';

/** Every role, and ten thousand rows; alone it takes seconds. */
describe.skipIf(kafkaBrokers() === undefined)(
  `Kafka and PostgreSQL behind TLS ${missing}`,
  { timeout: 600_000 },
  () => {
    let kafka: SecuredKafka;
    let postgres: SecuredPostgres;
    let directory: string;
    let environment: Record<string, string>;

    beforeAll(async () => {
      [kafka, postgres] = await Promise.all([startSecuredKafka(), startSecuredPostgres()]);
      directory = await mkdtemp(join(tmpdir(), 'meterpulse-secured-'));
      const secrets = join(directory, 'secrets');
      await mkdir(secrets);
      await writeFile(join(secrets, 'url'), `${postgres.url}?sslmode=verify-full\n`);
      await writeFile(join(secrets, 'password'), `${USER.password}\n`);
      environment = {
        DATA_DIR: join(directory, 'data'),
        DATABASE_URL_FILE: join(secrets, 'url'),
        DATABASE_TLS_CA_FILE: postgres.caFile,
        KAFKA_BROKERS: kafka.listeners.SASL,
        KAFKA_TOPIC: 'secured',
        KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
        KAFKA_TLS_CA_FILE: kafka.caFile,
        KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256',
        KAFKA_SASL_USERNAME: USER.name,
        KAFKA_SASL_PASSWORD_FILE: join(secrets, 'password'),
      };
    });
    afterAll(async () => {
      await Promise.all([kafka.stop(), postgres.stop()]);
      await rm(directory, { recursive: true, force: true });
    });

    it('take every acknowledged reading once, and no secret is said or left behind', async () => {
      const ports = { GATEWAY_PORT: '0', API_PORT: '0', LIVE_PORT: '0', ADMIN_PORT: '0' };
      const { code, stdout, stderr } = await meterpulse(['demo', '--json'], { ...environment, ...ports });
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ acknowledged: 10_000, rejected: 0, addsUp: true });

      const commands = [['topic', 'describe'], ['migrate', '--check'], ['config'], ['config', '--json']];
      const said = [stdout, stderr];
      for (const command of commands) {
        const ended = await meterpulse(command, { ...environment, LOG_LEVEL: 'trace' });
        expect({ command, code: ended.code, stderr: ended.stderr }).toMatchObject({ command, code: 0 });
        said.push(ended.stdout, ended.stderr);
      }
      for (const name of await readdir(environment['DATA_DIR'] ?? '')) {
        said.push(await readFile(join(environment['DATA_DIR'] ?? '', name), 'utf8'));
      }
      const secrets = [USER.password, new URL(postgres.url).password];
      for (const secret of secrets) expect(said.filter((text) => text.includes(secret))).toEqual([]);
    });

    it.each<[string, Record<string, string>, string, string]>([
      [
        'a wrong password',
        { KAFKA_SASL_PASSWORD_FILE: '', KAFKA_SASL_PASSWORD: 'wr0ng' },
        'it refuses the user name or the password',
        'KAFKA_SASL_PASSWORD',
      ],
      [
        'a CA that signed nothing',
        { DATABASE_TLS_CA_FILE: 'other' },
        'signed by a CA that is not trusted here',
        'DATABASE_TLS_CA_FILE',
      ],
    ])('end a command with what is wrong and what to do: %s', async (_, wrong, meaning, remedy) => {
      const given = Object.entries(wrong).map(([name, value]): [string, string] => [
        name,
        value === 'other' ? postgres.otherCaFile : value,
      ]);
      const { code, stderr } = await meterpulse(['migrate'], {
        ...environment,
        ...Object.fromEntries(given),
      });
      expect(code).toBe(1);
      expect(stderr).toContain(meaning);
      expect(stderr).toContain(remedy);
      expect(stderr).not.toContain('wr0ng');
      expect(stderr).not.toContain(' at ');
    });
  },
);
