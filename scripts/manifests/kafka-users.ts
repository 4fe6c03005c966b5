import { z } from 'zod';
import { nameOf, ofKind, type Manifest } from './manifest.js';

/** One operation on one resource: `Write on the topic meter-readings`. */
export interface Right {
  readonly operation: string;
  readonly type: 'topic' | 'group' | 'cluster';
  /** None of a cluster. */
  readonly name?: string;
}

const user = z.object({
  spec: z.object({
    authentication: z.object({ type: z.string() }).optional(),
    authorization: z
      .object({
        acls: z.array(
          z.object({
            resource: z.object({
              type: z.string(),
              name: z.string().optional(),
              patternType: z.enum(['literal', 'prefix']).default('literal'),
            }),
            operations: z.array(z.string()),
          }),
        ),
      })
      .optional(),
  }),
});

/** Why this user of Strimzi could not do its work, a line each: there is none, it is of no Kafka here, it lacks a right. */
export function userFaults(name: string, needed: readonly Right[], manifests: readonly Manifest[]): string[] {
  const manifest = ofKind(manifests, 'KafkaUser').find(({ metadata }) => metadata.name === name);
  if (manifest === undefined) return [`there is no KafkaUser ${name}`];
  const { authentication, authorization } = user.parse(manifest.whole).spec;
  const cluster = manifest.metadata.labels['strimzi.io/cluster'];
  const has = ofKind(manifests, 'Kafka').some(({ metadata }) => metadata.name === cluster);
  const acls = authorization?.acls ?? [];
  return [
    ...(has ? [] : [`${nameOf(manifest)} is of the Kafka ${cluster}, which there is not`]),
    ...(authentication?.type === 'scram-sha-512' ? [] : [`${nameOf(manifest)} has no password`]),
    ...needed
      .filter(({ operation, type, name: wanted }) =>
        acls.every(
          ({ resource, operations }) =>
            resource.type !== type ||
            !(operations.includes(operation) || operations.includes('All')) ||
            !isMeant(resource, wanted),
        ),
      )
      .map((right) => `${nameOf(manifest)} may not ${textOf(right)}`),
  ];
}

function isMeant(
  { name = '', patternType }: { name?: string | undefined; patternType: string },
  wanted: string | undefined,
): boolean {
  if (wanted === undefined || name === '*') return true;
  return patternType === 'prefix' ? wanted.startsWith(name) : name === wanted;
}

function textOf({ operation, type, name }: Right): string {
  return `${operation} on the ${type}${name === undefined ? '' : ` ${name}`}`;
}
