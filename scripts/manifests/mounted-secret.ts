import type { Container, Workload } from './manifest.js';

/** A value of a Secret, as a file of a volume has it. */
export interface MountedSecret {
  readonly secret: string;
  readonly key: string;
}

/** Which one is at this path in a container; undefined where it is from no Secret. */
export function mountedSecret(
  path: string,
  { volumeMounts }: Container,
  { template }: Workload,
): MountedSecret | undefined {
  const mount = volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
  const volume = template.spec.volumes.find(({ name }) => name === mount?.name);
  if (mount === undefined || volume?.secret === undefined) return undefined;
  const { secretName, items } = volume.secret;
  const file = path.slice(mount.mountPath.length + 1);
  // Without `items` each key is a file of its name.
  const key = items === undefined ? file : items.find((each) => each.path === file)?.key;
  return key === undefined ? undefined : { secret: secretName, key };
}
