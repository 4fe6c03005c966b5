import { environmentOf } from '../environment-of.js';
import { deployments, nameOf } from '../manifest.js';
import type { Rule } from '../rule.js';

/** A role without the keys would store in clear what the others encrypt, and not start once one of them has. */
export const peopleAreEncrypted: Rule = {
  promise: 'every role has the keys by which what identifies people is encrypted',
  broken: (manifests) =>
    deployments(manifests)
      .filter(({ template }) =>
        template.spec.containers.some((container) => {
          const environment = environmentOf(container, manifests);
          return !environment.has('DATA_KEYS') && !environment.has('DATA_KEYS_FILE');
        }),
      )
      .map(({ manifest }) => `${nameOf(manifest)} has no DATA_KEYS`),
};
