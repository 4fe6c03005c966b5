// Builds when dist/ is missing or older than a source file, so that `npm start` works on a fresh clone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const ROOMS = [
  'config',
  'protocol',
  'helpers',
  'server',
  'store',
  'routes',
  'controllers',
  'client',
  'dashboard',
];
/** The last step of the build makes it. */
const MADE = 'dist/dashboard/index.html';

function newest(directory) {
  let latest = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    // What the build of the SDK makes is no source.
    if (entry.name === 'dist') continue;
    const path = join(directory, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

const isFresh = existsSync(MADE) && ROOMS.every((room) => newest(room) <= statSync(MADE).mtimeMs);
if (!isFresh) {
  process.stderr.write('building…\n');
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // npm is a script there.
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
