import { z } from 'zod';
import { configMapData } from './environment-of.js';
import { listenerOf } from './kafka-listener.js';
import { lagRights } from './kafka-rights.js';
import { userFaults } from './kafka-users.js';
import { nameOf, ofKind, type Manifest } from './manifest.js';

const scaler = z.object({
  spec: z.object({
    triggers: z.array(
      z.object({
        type: z.string(),
        metadata: z.record(z.string(), z.string()).default({}),
        authenticationRef: z.object({ name: z.string() }).optional(),
      }),
    ),
  }),
});
const target = z.array(z.object({ parameter: z.string(), name: z.string(), key: z.string() })).default([]);
const authentication = z.object({
  spec: z.object({ secretTargetRef: target, configMapTargetRef: target }),
});

type Trigger = z.output<typeof scaler>['spec']['triggers'][number];

/** Why KEDA could not ask a Kafka of the overlay for the lag of a group, a line each. */
export function scalerFaults(manifests: readonly Manifest[]): string[] {
  return ofKind(manifests, 'ScaledObject').flatMap((manifest) =>
    scaler
      .parse(manifest.whole)
      .spec.triggers.filter(({ type }) => type === 'kafka')
      .flatMap((trigger) => faults(trigger, manifests).map((fault) => `${nameOf(manifest)}: ${fault}`)),
  );
}

function faults({ metadata, authenticationRef }: Trigger, manifests: readonly Manifest[]): string[] {
  const listener = listenerOf(metadata['bootstrapServers'] ?? '', manifests);
  if (listener === undefined) return [];
  if ('missing' in listener) return [listener.missing];
  const parameters = parametersOf(authenticationRef?.name, manifests);
  if (typeof parameters === 'string') return [parameters];
  const tls = metadata['tls'] ?? 'disable';
  const sasl = metadata['sasl'] ?? 'none';
  const neededTls = listener.tls ? 'enable' : 'disable';
  const neededSasl = listener.authentication?.replace('scram-sha-', 'scram_sha') ?? 'none';
  const user = parameters.get('username') ?? '';
  const rights = lagRights(metadata['topic'] ?? '', metadata['consumerGroup'] ?? '');
  return [
    ...(tls === neededTls ? [] : [`tls is ${tls}, and the listener needs ${neededTls}`]),
    ...(listener.tls ? wrong('ca', parameters, `Secret ${listener.kafka}-cluster-ca-cert, ca.crt`) : []),
    ...(listener.authentication === undefined
      ? []
      : [
          ...wrong('password', parameters, `Secret ${user}, password`),
          ...userFaults(user, rights, manifests),
        ]),
    ...(sasl === neededSasl ? [] : [`sasl is ${sasl}, and the listener needs ${neededSasl}`]),
  ];
}

function wrong(name: string, parameters: ReadonlyMap<string, string>, expected: string): string[] {
  const found = parameters.get(name) ?? 'of nothing';
  return found === expected ? [] : [`its ${name} is ${found}, expected ${expected}`];
}

/** Values of ConfigMaps; of a Secret, which isn't known here, its name and key. A text is what is wrong. */
function parametersOf(
  name: string | undefined,
  manifests: readonly Manifest[],
): Map<string, string> | string {
  if (name === undefined) return new Map();
  const found = ofKind(manifests, 'TriggerAuthentication').find(({ metadata }) => metadata.name === name);
  if (found === undefined) return `there is no TriggerAuthentication ${name}`;
  const { secretTargetRef, configMapTargetRef } = authentication.parse(found.whole).spec;
  return new Map([
    ...secretTargetRef.map((each) => [each.parameter, `Secret ${each.name}, ${each.key}`] as const),
    ...configMapTargetRef.map((each) => {
      const value = configMapData(each.name, manifests)?.[each.key];
      return [each.parameter, value ?? `ConfigMap ${each.name}, which lacks ${each.key}`] as const;
    }),
  ]);
}
