import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';
import { defaultPorts } from '../manifests/role-ports.js';
import { composeFaults } from './compose-faults.js';
import { composeRoles, composeText, readCompose } from './compose-file.js';

/** The schema of github.com/compose-spec/compose-go v2.16.2, which Docker Compose is built on. */
const SCHEMA = 'tests/compose/compose-spec.json';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(
  z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(SCHEMA, 'utf8'))),
);

/** What is wrong with a text, by the schema or by us. */
function faults(text: string): string[] {
  const { raw, file } = readCompose(text);
  validate(raw);
  const bySchema = (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  return [...bySchema, ...composeFaults(file)];
}

/** compose.yaml with one field set otherwise; undefined removes it. */
function broken(path: readonly (string | number)[], value: unknown): string {
  const document = parseDocument(composeText(), { merge: true });
  // Merged fields are written out, so that one of them can be changed for one service alone.
  const plain = parseDocument(JSON.stringify(document.toJS({ maxAliasCount: -1 })));
  if (value === undefined) plain.deleteIn(path);
  else plain.setIn(path, plain.createNode(value));
  return plain.toString();
}

describe('compose.yaml', () => {
  it('is taken by the specification, and by us', () => {
    expect(faults(composeText())).toEqual([]);
    expect(faults(broken(['name'], 'other'))).toEqual([]);
  });

  it('has every role, what they stand on, and what watches them', () => {
    const { file } = readCompose(composeText());
    expect(Object.keys(file.services).sort()).toEqual(
      [
        'kafka',
        'postgres',
        'migrate',
        'gateway',
        'worker',
        'api',
        'live',
        'toolbox',
        'replay',
        'prometheus',
        'grafana',
      ].sort(),
    );
  });

  it('runs the version that this is', () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync('package.json', 'utf8')));
    const images = composeRoles(readCompose(composeText()).file).map(([, { image }]) => image);
    expect(new Set(images)).toEqual(new Set([`meterpulse:${version}`]));
  });

  it('runs what the overlay of minikube runs below the roles', () => {
    const { services } = readCompose(composeText()).file;
    for (const [name, path] of [
      ['kafka', 'kubernetes/overlays/minikube/kafka/stateful-set.yaml'],
      ['postgres', 'kubernetes/overlays/minikube/postgres/stateful-set.yaml'],
    ] as const) {
      expect(readFileSync(path, 'utf8')).toContain(`image: ${services[name]?.image ?? ''}\n`);
    }
  });

  it('has a Prometheus that asks each role at its port, by the name of its service', () => {
    const configuration = z
      .object({
        scrape_configs: z.array(
          z.object({
            job_name: z.string(),
            dns_sd_configs: z.array(z.object({ names: z.array(z.string()), port: z.number() })),
          }),
        ),
      })
      .parse(parse(readFileSync('observability/prometheus.yml', 'utf8')));
    const asked = configuration.scrape_configs.map(({ job_name, dns_sd_configs }) => [
      job_name,
      dns_sd_configs[0],
    ]);
    expect(asked).toEqual(
      ['gateway', 'worker', 'api', 'live'].map((role): [string, unknown] => [
        `meterpulse-${role}`,
        expect.objectContaining({
          names: [role],
          port: defaultPorts(role).find(({ name }) => name === 'admin')?.port,
        }),
      ]),
    );
  });

  it.each([
    [['services', 'gateway', 'healthchek'], {}, 'healthchek'],
    [['services', 'gateway', 'depends_on', 'migrate', 'condition'], 'service_ready', 'condition'],
    [['services', 'postgres', 'mem_limit'], undefined, 'postgres has no limit of memory'],
    [['services', 'grafana', 'restart'], undefined, 'grafana is not started again'],
    [['services', 'kafka', 'healthcheck'], undefined, 'kafka has no health check'],
    [
      ['services', 'kafka', 'healthcheck'],
      undefined,
      'migrate waits for the health of kafka, which nobody checks',
    ],
    [['services', 'gateway', 'depends_on', 'migrat'], { condition: 'service_started' }, 'waits for migrat'],
    [['services', 'migrate', 'restart'], 'unless-stopped', 'waits for the end of migrate, which has none'],
    [['services', 'prometheus', 'image'], 'docker.io/prom/prometheus', 'takes any version'],
    [['services', 'prometheus', 'image'], 'docker.io/prom/prometheus:latest', 'takes any version'],
    [
      ['services', 'grafana', 'volumes', 0],
      './observability/grafana/provision:/x:ro',
      'mounts ./observability/grafana/provision',
    ],
    [['services', 'kafka', 'volumes', 0], 'kafka-data:/var/lib/kafka/data', 'has the volume kafka-data'],
    [
      ['services', 'worker', 'environment', 'DATABASE_UR'],
      'x',
      'worker: DATABASE_UR is no variable of meterpulse',
    ],
    [['services', 'worker', 'environment', 'KAFKA_BROKERS'], 'kafka', 'KAFKA_BROKERS'],
    [['services', 'gateway', 'stop_grace_period'], '30s', 'gateway: has 30 s to stop and needs more than 30'],
    [
      ['services', 'gateway', 'environment', 'GATEWAY_DRAIN_MS'],
      '60000',
      'gateway: has 35 s to stop and needs more than 85',
    ],
    [['services', 'api', 'ports', 0], '3001:3000', 'api: does not listen on 3000'],
    [['services', 'api', 'environment', 'TLS_ENDS_BEFORE_ME'], undefined, 'api: HOST is'],
    [['services', 'live', 'environment', 'CREDENTIALS_KEY_FILE'], undefined, 'live: HOST is'],
    [
      ['services', 'gateway', 'secrets'],
      [],
      'CREDENTIALS_KEY_FILE is /run/secrets/credentials-key, which is no secret',
    ],
    [['services', 'api', 'environment', 'DATABASE_USER'], 'meterpulse', 'expected meterpulse_api_login'],
    [['services', 'worker', 'secrets', 1, 'source'], 'database-api', 'api: its password is given to worker'],
    [
      ['services', 'worker', 'secrets', 1, 'source'],
      'database-owner',
      'worker: it is given the password of the owner',
    ],
    [
      ['services', 'live', 'secrets', 2, 'target'],
      'password',
      'live: DATABASE_PASSWORD_FILE is not the secret database-live',
    ],
    [['services', 'worker', 'environment', 'DATA_KEYS_FILE'], undefined, 'worker: it has no DATA_KEYS_FILE'],
    [['services', 'replay', 'secrets', 0], 'replay', 'replay has the secret replay, which there is not'],
  ])('is seen to be wrong where %j is %j', (path, value, fault) => {
    expect(faults(broken(path, value)).join('\n')).toContain(fault);
  });
});
