import { z } from 'zod';
import { nameOf, ofKind, type Container, type Manifest } from './manifest.js';

const config = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** What a container gets as variables. One from a Secret has null: it isn't known here. */
export function environmentOf(
  { env, envFrom }: Pick<Container, 'env' | 'envFrom'>,
  manifests: readonly Manifest[],
): Map<string, string | null> {
  const variables = new Map<string, string | null>();
  for (const { configMapRef } of envFrom) {
    if (configMapRef === undefined) continue;
    // One that isn't there is another rule's business.
    const data = configMapData(configMapRef.name, manifests) ?? {};
    for (const [name, value] of Object.entries(data)) variables.set(name, value);
  }
  for (const { name, value } of env) variables.set(name, value ?? null);
  return variables;
}

/** What a ConfigMap has; undefined where there is none of the name. */
export function configMapData(
  name: string,
  manifests: readonly Manifest[],
): Record<string, string> | undefined {
  const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === name);
  if (map === undefined) return undefined;
  const parsed = config.safeParse(map.whole);
  if (!parsed.success) throw new Error(`${nameOf(map)} has values that are no text`);
  return parsed.data.data;
}
