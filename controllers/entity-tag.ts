/** What If-Match demands: that the resource exists (`*`), or that its version is one of these. */
export type Condition = 'exists' | readonly number[];

/** The entity tag of a version. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

const MAX_HEADER = 1_000;
const MAX_VERSION = 2_147_483_647;
/** RFC 9110, 8.8.3. */
const TAG = /^(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;
const VERSION = /^[1-9]\d{0,9}$/;

/**
 * Reads the header. `malformed` is no list of entity tags; a tag that is none of ours is one that never matches. A weak tag
 * counts as a strong one: a version names a state, not bytes, and proxies that compress make the tags weak.
 */
export function readCondition(header: string): Condition | 'malformed' {
  const text = header.trim();
  if (text === '*') return 'exists';
  if (text.length > MAX_HEADER) return 'malformed';
  const versions: number[] = [];
  for (const part of text.split(',')) {
    const opaque = TAG.exec(part.trim())?.[1];
    if (opaque === undefined) return 'malformed';
    const version = VERSION.test(opaque) ? Number(opaque) : 0;
    if (version > 0 && version <= MAX_VERSION) versions.push(version);
  }
  return versions;
}
