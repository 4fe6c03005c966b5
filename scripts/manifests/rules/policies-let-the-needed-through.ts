import { connectionsNeeded } from '../connections-needed.js';
import { policiesOf, refusingSides, type Connection } from '../network-policies.js';
import { podGroups, podsOf, type PodGroup } from '../pod-group.js';
import type { Rule } from '../rule.js';

/** Of these ports nobody but those who need them may know anything. */
const PRIVATE = /^(admin|kafka|postgres|postgresql|tcp-.*|metrics|status)$/;
/** Any pod beside the roles, and any pod of another namespace. */
const STRANGERS: readonly PodGroup[] = [
  { name: 'a pod beside the roles', labels: {}, ports: [] },
  podsOf('default'),
];

/** Many a cluster's network enforces no policy, so that one which is wrong goes unseen until it is enforced. */
export const policiesLetTheNeededThrough: Rule = {
  promise:
    'network policies of both sides let each connection through that a role is told to make, and no stranger to what is private',
  broken: (manifests) => {
    const policies = policiesOf(manifests);
    const refused = connectionsNeeded(manifests).flatMap((connection) =>
      refusingSides(connection, policies).map(
        (side) => `${textOf(connection)} is needed, and refused by the ${side} policies`,
      ),
    );
    const open = podGroups(manifests)
      .flatMap((to) => to.ports.filter(({ name }) => PRIVATE.test(name)).map(({ port }) => ({ to, port })))
      .flatMap(({ to, port }) => STRANGERS.map((from) => ({ from, to, port, protocol: 'TCP' as const })))
      .filter((connection) => refusingSides(connection, policies).length === 0)
      .map((connection) => `${textOf(connection)} is let through, and nobody needs it`);
    return [...new Set([...refused, ...open])];
  },
};

function textOf({ from, to, port, protocol }: Connection): string {
  return `${from.name} to ${to.name}, ${protocol} ${port},`;
}
