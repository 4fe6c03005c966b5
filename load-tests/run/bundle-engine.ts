import { buildSync } from 'esbuild';
import { join } from 'node:path';
import { REPOSITORY } from '../repository.js';

/**
 * The engine as one file that Artillery can `require` as `artillery-engine-ocpp`, in a directory for NODE_PATH. Artillery knows no
 * TypeScript for engines, and has a `ws` of its own, older than ours.
 */
export function bundleEngine(directory: string): string {
  const path = join(directory, 'modules');
  buildSync({
    absWorkingDir: REPOSITORY,
    entryPoints: ['load-tests/engine/index.ts'],
    outfile: join(path, 'artillery-engine-ocpp/index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['bufferutil', 'utf-8-validate'],
    alias: { ws: join(REPOSITORY, 'node_modules/ws/wrapper.mjs') },
    footer: { js: 'module.exports = module.exports.default;' },
    logLevel: 'warning',
  });
  return path;
}
