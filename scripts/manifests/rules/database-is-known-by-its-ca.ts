import { postgresTlsMode } from '../../../helpers/postgres-tls-mode.js';
import { containerFaults } from '../container-faults.js';
import { environmentOf } from '../environment-of.js';
import { nameOf, ofKind, roles, type Container, type Manifest, type Workload } from '../manifest.js';
import { mountedSecret } from '../mounted-secret.js';
import { podsBehind } from '../pod-group.js';
import type { Rule } from '../rule.js';

const URLS = ['DATABASE_URL', 'DATABASE_READ_URLS'] as const;

export const databaseIsKnownByItsCa: Rule = {
  promise: 'a database of CloudNativePG is reached by TLS alone, its server known by the CA of its Cluster',
  broken: (manifests) =>
    containerFaults(roles(manifests), (container, workload) => faults(workload, container, manifests)),
};

function faults(workload: Workload, container: Container, manifests: readonly Manifest[]): string[] {
  const environment = environmentOf(container, manifests);
  return URLS.flatMap((name) =>
    (environment.get(name) ?? '').split(',').flatMap((text) => {
      if (!URL.canParse(text)) return [];
      const url = new URL(text);
      const cluster = clusterOf(url.hostname, manifests);
      if (cluster === undefined) return [];
      const found = mountedSecret(environment.get('DATABASE_TLS_CA_FILE') ?? '', container, workload);
      const mode = postgresTlsMode(url.searchParams);
      return [
        ...(found?.secret === `${cluster}-ca` && found.key === 'ca.crt'
          ? []
          : [`DATABASE_TLS_CA_FILE is not ca.crt of the Secret ${cluster}-ca`]),
        ...(mode === undefined || mode === 'full' ? [] : [`${name} does not check its server in full`]),
      ];
    }),
  );
}

/** Whose Services lead there. */
function clusterOf(host: string, manifests: readonly Manifest[]): string | undefined {
  const pods = podsBehind(host, manifests);
  return ofKind(manifests, 'Cluster').find((each) => nameOf(each) === pods?.name)?.metadata.name;
}
