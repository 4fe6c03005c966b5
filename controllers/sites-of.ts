import type { Principal } from '../server/access/access.js';

/** As the store's reads take it: only rows of these sites; null: of all. */
export function sitesOf({ sites }: Principal): readonly string[] | null {
  return sites === null ? null : [...sites];
}

export function maySee({ sites }: Principal, site: string): boolean {
  return sites?.has(site) ?? true;
}
