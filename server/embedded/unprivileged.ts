import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How to start a program that refuses to run as root, such as PostgreSQL. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: Identity = { uid: 65_534, gid: 65_534 };

/** The user that PostgreSQL runs as: null means the current one, which is not root. */
export function unprivilegedIdentity(): Identity | null {
  if (process.getuid?.() !== 0) return null;
  const line = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  return line ? { uid: Number(line[1]), gid: Number(line[2]) } : NOBODY;
}

/**
 * Without no_setuid_fixup access(2) leaves capabilities out of account for a user that is not root, and initdb asks it
 * whether it may run its own binaries.
 */
const SEARCH_ANYWHERE = [
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--securebits=+no_setuid_fixup',
];

/**
 * The command as another user. A root that clones into a private directory (mode 700) shuts that user out of its own
 * binaries, so where setpriv exists the program keeps the one capability that opens directories.
 */
export function launchAs(identity: Identity | null, command: string, args: readonly string[]): Launch {
  if (identity === null) return { command, args };
  if (!hasSetpriv()) return { command, args, ...identity };
  const { uid, gid } = identity;
  const flags = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  return {
    command: 'setpriv',
    args: [...flags, ...SEARCH_ANYWHERE, '--', command, ...args],
  };
}

function hasSetpriv(): boolean {
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
