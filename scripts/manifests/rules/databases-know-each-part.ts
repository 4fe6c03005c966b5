import { containerFaults } from '../container-faults.js';
import { environmentOf } from '../environment-of.js';
import {
  nameOf,
  roleOf,
  roles,
  secretsOf,
  type Container,
  type Manifest,
  type Workload,
} from '../manifest.js';
import { mountedSecret } from '../mounted-secret.js';
import type { Rule } from '../rule.js';

/** What migrates, and where people run commands: as the owner of the database. */
const OWNERS = ['migrate', 'toolbox'];

/** Whoever takes over one part gets the rights of that part alone (docs/database-roles.md). */
export const databasesKnowEachPart: Rule = {
  promise:
    'each part connects to the database as a user of its own, by a password that no other part is given',
  broken: (manifests) => [
    ...containerFaults(roles(manifests), (container, workload) => userFaults(container, workload, manifests)),
    ...sharedSecrets(manifests),
  ],
};

function userFaults(container: Container, workload: Workload, manifests: readonly Manifest[]): string[] {
  const environment = environmentOf(container, manifests);
  const role = roleOf(workload);
  const user = environment.get('DATABASE_USER');
  const expected = `meterpulse_${role}_login`;
  const isOwner = OWNERS.includes(role);
  return [
    ...(user === undefined ? ['it is told no DATABASE_USER'] : []),
    ...(typeof user === 'string' && !isOwner && user !== expected
      ? [`DATABASE_USER is ${user}, expected ${expected}`]
      : []),
    ...(environment.has('DATABASE_PASSWORD_FILE') ? [] : ['it is told no DATABASE_PASSWORD_FILE']),
    // A user in the URL is that of every part.
    ...(environment.get('DATABASE_URL')?.includes('@') === true ? ['DATABASE_URL names a user'] : []),
  ];
}

/** Passwords by who is given them: owners share the owner's, and a login's is that of one part. */
function sharedSecrets(manifests: readonly Manifest[]): string[] {
  const holders = new Map<string, Set<string>>();
  for (const workload of roles(manifests)) {
    const secret = passwordOf(workload, manifests);
    if (secret !== undefined) holders.set(secret, (holders.get(secret) ?? new Set()).add(roleOf(workload)));
  }
  return roles(manifests)
    .filter((workload) => !OWNERS.includes(roleOf(workload)))
    .flatMap((workload) => {
      const role = roleOf(workload);
      const others = secretsOf(workload).flatMap((secret) =>
        [...(holders.get(secret) ?? [])]
          .filter((holder) => holder !== role)
          .map((holder) => `${secret} of ${holder}`),
      );
      return others.map((other) => `${nameOf(workload.manifest)} is given the Secret ${other}`);
    });
}

function passwordOf(workload: Workload, manifests: readonly Manifest[]): string | undefined {
  const [main] = workload.template.spec.containers;
  if (main === undefined) return undefined;
  const path = environmentOf(main, manifests).get('DATABASE_PASSWORD_FILE') ?? '';
  return mountedSecret(path, main, workload)?.secret;
}
