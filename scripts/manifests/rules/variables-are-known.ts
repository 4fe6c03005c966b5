import { containerFaults } from '../container-faults.js';
import { environmentOf } from '../environment-of.js';
import { roles, type Container, type Manifest } from '../manifest.js';
import type { Rule } from '../rule.js';
import { STAND_IN_DATA_KEYS, STAND_IN_KEY, variableFaults } from '../variable-faults.js';

/** Of the image. */
const OTHERS = /^NODE_/;
/** In place of what only the cluster knows. */
const STAND_IN = 'postgres://user:password@database:5432/meterpulse';
const STAND_INS: Readonly<Record<string, string>> = {
  CREDENTIALS_KEY: STAND_IN_KEY,
  DATA_KEYS: STAND_IN_DATA_KEYS,
};
/** In place of what is mounted there only. */
const FILE = { ok: true, text: STAND_IN } as const;

export const variablesAreKnown: Rule = {
  promise: 'every variable of a role is one of meterpulse, with a value that it takes',
  broken: (manifests) => containerFaults(roles(manifests), (container) => faults(container, manifests)),
};

function faults(container: Container, manifests: readonly Manifest[]): string[] {
  const given = [...environmentOf(container, manifests)].filter(([name]) => !OTHERS.test(name));
  return variableFaults(
    Object.fromEntries(given.map(([name, value]) => [name, known(name, value)])),
    () => FILE,
  );
}

/** As the container will see it, as far as that is known here. */
function known(name: string, value: string | null): string {
  return value ?? STAND_INS[name] ?? STAND_IN;
}
