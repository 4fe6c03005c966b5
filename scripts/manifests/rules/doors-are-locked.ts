import { loadConfig } from '../../../config/config.js';
import { exposureFaults } from '../../../config/exposure.js';
import { environmentOf } from '../environment-of.js';
import { deployments, nameOf, roleOf, type Manifest, type Workload } from '../manifest.js';
import type { Rule } from '../rule.js';
import { STAND_IN_KEY } from '../variable-faults.js';

/** Of what they come by, as far as values are in the manifests. */
const NAMES = ['HOST', 'AUTHENTICATION', 'CREDENTIALS_KEY', 'TLS_ENDS_BEFORE_ME'];

/** Such a role does not start. */
export const doorsAreLocked: Rule = {
  promise: 'every role that others come to asks who they are, and has something that ends TLS before it',
  broken: (manifests) =>
    deployments(manifests).flatMap((workload) =>
      faults(workload, manifests).map((fault) => `${nameOf(workload.manifest)}: ${fault}`),
    ),
};

function faults(workload: Workload, manifests: readonly Manifest[]): string[] {
  return workload.template.spec.containers.flatMap((container) => {
    const given = [...environmentOf(container, manifests)].filter(([name]) => NAMES.includes(name));
    const known = new Map(given.map(([name, value]) => [name, value ?? STAND_IN_KEY]));
    return exposureFaults(loadConfig(Object.fromEntries(known), false).config, roleOf(workload));
  });
}
