import { execFileSync } from 'node:child_process';

/** Builds the program when its sources are newer: what kill -9 is to hit is a plain node process, as in production. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/ensure-build.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] });
}
