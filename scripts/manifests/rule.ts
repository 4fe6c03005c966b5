import type { Manifest } from './manifest.js';

/** Something that every rendered overlay keeps to. */
export interface Rule {
  /** A sentence. */
  readonly promise: string;
  /** What breaks it, each as a line that names the object; empty when nothing does. */
  readonly broken: (manifests: readonly Manifest[]) => string[];
}
