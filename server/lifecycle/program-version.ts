import { readFileSync } from 'node:fs';

/** The version in the package's manifest; `unknown` where there is no manifest. */
export function programVersion(): string {
  // From source the package is two folders up, from dist/ three.
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string };
      return manifest.version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
