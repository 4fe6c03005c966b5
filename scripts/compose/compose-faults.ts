import { existsSync } from 'node:fs';
import { loadConfig } from '../../config/config.js';
import { environmentSchema } from '../../config/schema.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { defaultPorts } from '../manifests/role-ports.js';
import { composeRoles, type ComposeFile, type ComposeService } from './compose-file.js';

const LISTENING = ['gateway', 'worker', 'api', 'live'];

/** What breaks in a compose file of ours although its schema takes it; a line each. */
export function composeFaults(file: ComposeFile): string[] {
  return [
    ...Object.entries(file.services).flatMap(([name, service]) =>
      serviceFaults(service, file).map((fault) => `${name} ${fault}`),
    ),
    ...composeRoles(file).flatMap(([role, service]) =>
      roleFaults(role, service).map((fault) => `${role}: ${fault}`),
    ),
  ];
}

function serviceFaults(service: ComposeService, { services, volumes }: ComposeFile): string[] {
  const staysUp = service.restart === 'unless-stopped';
  return [
    ...(/:[^/]+$/.test(service.image) && !service.image.endsWith(':latest')
      ? []
      : [`takes any version of ${service.image}`]),
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
  ];
}

const isChecked = ({ healthcheck }: ComposeService): boolean =>
  healthcheck !== undefined && !healthcheck.disable && healthcheck.test !== undefined;

function roleFaults(role: string, service: ComposeService): string[] {
  const { environment } = service;
  const unknown = Object.keys(environment).filter((name) => !Object.hasOwn(environmentSchema.shape, name));
  if (unknown.length > 0) return unknown.map((name) => `${name} is no variable of meterpulse`);
  try {
    const { config } = loadConfig(environment, false);
    if (!LISTENING.includes(role)) return [];
    const drain = role === 'gateway' ? config.GATEWAY_DRAIN_MS : role === 'live' ? config.LIVE_DRAIN_MS : 0;
    const needed = (drain + config.STOP_TIMEOUT_MS) / 1_000;
    const given = Number(/^(\d+)s$/.exec(service.stop_grace_period)?.[1] ?? 0);
    const ports = defaultPorts(role).map(({ port }) => String(port));
    return [
      ...(given > needed ? [] : [`has ${given} s to stop and needs more than ${needed}`]),
      ...service.ports
        .map((port) => port.split(':').at(-1) ?? '')
        .filter((port) => !ports.includes(port))
        .map((port) => `does not listen on ${port}`),
    ];
  } catch (error) {
    if (error instanceof MeterpulseError) return [error.message];
    throw error;
  }
}
