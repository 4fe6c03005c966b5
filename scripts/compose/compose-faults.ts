import { existsSync } from 'node:fs';
import { loadConfig } from '../../config/config.js';
import type { ReadFile } from '../../config/secret-files.js';
import { exposureFaults } from '../../config/exposure.js';
import { isPinned } from '../manifests/is-pinned.js';
import { defaultPorts } from '../manifests/role-ports.js';
import { stopMs } from '../manifests/stop-ms.js';
import { STAND_IN_DATA_KEYS, STAND_IN_KEY, variableFaults } from '../manifests/variable-faults.js';
import { composeRoles, type ComposeFile, type ComposeService } from './compose-file.js';

/** The Dockerfile sets it. */
const HOST_OF_IMAGE = '0.0.0.0';
const LISTENING = ['gateway', 'worker', 'api', 'live'];

/** What breaks in a compose file of ours although its schema takes it; a line each. */
export function composeFaults(file: ComposeFile): string[] {
  return [
    ...Object.entries(file.services).flatMap(([name, service]) =>
      serviceFaults(service, file).map((fault) => `${name} ${fault}`),
    ),
    ...composeRoles(file).flatMap(([role, service]) =>
      [...roleFaults(role, service), ...userFaults(role, service, file)].map((fault) => `${role}: ${fault}`),
    ),
  ];
}

function serviceFaults(service: ComposeService, { services, volumes, secrets }: ComposeFile): string[] {
  const staysUp = service.restart === 'unless-stopped';
  return [
    ...(isPinned(service.image) ? [] : [`takes any version of ${service.image}`]),
    ...(service.restart === undefined ? ['is not started again'] : []),
    ...(service.mem_limit === undefined ? ['has no limit of memory'] : []),
    ...(staysUp && !isChecked(service) ? ['has no health check'] : []),
    ...Object.entries(service.depends_on).flatMap(([name, { condition }]) => {
      const other = services[name];
      if (other === undefined) return [`waits for ${name}, which there is not`];
      if (condition === 'service_healthy' && !isChecked(other))
        return [`waits for the health of ${name}, which nobody checks`];
      if (condition === 'service_completed_successfully' && other.restart === 'unless-stopped') {
        return [`waits for the end of ${name}, which has none`];
      }
      return [];
    }),
    ...service.volumes.flatMap((volume) => {
      const [source = ''] = volume.split(':');
      if (source.startsWith('./')) return existsSync(source) ? [] : [`mounts ${source}, which there is not`];
      return Object.hasOwn(volumes, source) ? [] : [`has the volume ${source}, which nobody makes`];
    }),
    ...service.secrets
      .filter(({ source }) => !Object.hasOwn(secrets, source))
      .map(({ source }) => `has the secret ${source}, which there is not`),
  ];
}

const isChecked = ({ healthcheck }: ComposeService): boolean =>
  healthcheck !== undefined && !healthcheck.disable && healthcheck.test !== undefined;

/** In place of a file that is made where it runs. */
const standIn: ReadFile = (variable) => ({
  ok: true,
  text: variable === 'DATA_KEYS_FILE' ? STAND_IN_DATA_KEYS : STAND_IN_KEY,
});

function roleFaults(
  role: string,
  { environment, stop_grace_period, ports, secrets }: ComposeService,
): string[] {
  const faults = [...variableFaults(environment, standIn), ...unmounted(environment, secrets)];
  if (faults.length > 0 || !LISTENING.includes(role)) return faults;
  const { config } = loadConfig({ HOST: HOST_OF_IMAGE, ...environment }, false, standIn);
  const needed = stopMs(role, config) / 1_000;
  const given = Number(/^(\d+)s$/.exec(stop_grace_period)?.[1] ?? 0);
  const own = defaultPorts(role).map(({ port }) => String(port));
  return [
    ...exposureFaults(config, role),
    ...(given > needed ? [] : [`has ${given} s to stop and needs more than ${needed}`]),
    ...ports
      .map((port) => port.split(':').at(-1) ?? '')
      .filter((port) => !own.includes(port))
      .map((port) => `does not listen on ${port}`),
  ];
}

/** A part is a user of the database of its own, whose password no other part has, and encrypts what identifies people. */
function userFaults(role: string, { environment, secrets }: ComposeService, file: ComposeFile): string[] {
  if (!LISTENING.includes(role)) return [];
  const user = environment['DATABASE_USER'];
  const expected = `meterpulse_${role}_login`;
  const own = `database-${role}`;
  const others = composeRoles(file)
    .filter(([other]) => LISTENING.includes(other) && other !== role)
    .filter(([, other]) => other.secrets.some(({ source }) => source === own));
  return [
    ...(user === expected ? [] : [`DATABASE_USER is ${user}, expected ${expected}`]),
    ...(secrets.some(({ source, path }) => source === own && path === environment['DATABASE_PASSWORD_FILE'])
      ? []
      : [`DATABASE_PASSWORD_FILE is not the secret ${own}`]),
    ...(secrets.some(({ source }) => source === 'database-owner')
      ? ['it is given the password of the owner']
      : []),
    ...others.map(([other]) => `its password is given to ${other}`),
    ...(environment['DATA_KEYS_FILE'] === undefined ? ['it has no DATA_KEYS_FILE'] : []),
  ];
}

/** Files that variables name, and no secret is. */
function unmounted(environment: ComposeService['environment'], secrets: ComposeService['secrets']): string[] {
  return Object.entries(environment)
    .filter(([name, path]) => name.endsWith('_FILE') && !secrets.some((each) => path === each.path))
    .map(([name, path]) => `${name} is ${path}, which is no secret of it`);
}
