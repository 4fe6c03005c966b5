import { z } from 'zod';
import type { Manifest } from './manifest.js';

const path = z.object({
  path: z.string(),
  backend: z.object({
    service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }),
  }),
});
const ingress = z.object({
  spec: z.object({ rules: z.array(z.object({ http: z.object({ paths: z.array(path) }) })) }),
});

/** Where an Ingress leads to: of each path the Service, and the name of its port. */
export function ingressPaths(manifest: Manifest): { path: string; service: string; port: string }[] {
  return ingress
    .parse(manifest.whole)
    .spec.rules.flatMap(({ http }) => http.paths)
    .map(({ path: each, backend: { service } }) => ({
      ...{ path: each, service: service.name, port: service.port.name },
    }));
}
