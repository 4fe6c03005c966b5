import { z } from 'zod';
import { ofKind, type Manifest } from './manifest.js';

const service = z.object({
  spec: z.object({
    selector: z.record(z.string(), z.string()).default({}),
    ports: z.array(
      z.object({
        name: z.string(),
        port: z.number(),
        targetPort: z.union([z.string(), z.number()]).optional(),
      }),
    ),
  }),
});

/** What a Service selects, and where its ports lead. */
export type Service = z.output<typeof service>['spec'];

export function parseService(manifest: Manifest): Service {
  return service.parse(manifest.whole).spec;
}

/** That of the overlay by its name; undefined where there is none. */
export function serviceNamed(name: string, manifests: readonly Manifest[]): Service | undefined {
  const found = ofKind(manifests, 'Service').find(({ metadata }) => metadata.name === name);
  return found === undefined ? undefined : parseService(found);
}
