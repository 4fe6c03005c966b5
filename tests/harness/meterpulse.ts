import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/** Only what a command needs to find its programs: a developer's own variables must not leak into a test. */
function cleanEnvironment(environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LOG_FORMAT: 'json',
    NO_COLOR: '1',
    ...environment,
  };
}

export interface Running {
  /** What it logged, a line each. */
  readonly lines: readonly string[];
  /** Resolves with the first match in what it logged or will log; rejects when it ends without. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** By SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts a `meterpulse` that stays up, from its sources. */
export function startMeterpulse(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const listener of listeners) listener();
    });
  }
  let code: number | null | undefined;
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (exit) => {
      code = exit;
      for (const listener of listeners) listener();
      resolve(exit);
    }),
  );
  return {
    lines,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(lines.join('\n'));
          if (found === null && code === undefined) return;
          listeners.delete(look);
          if (found !== null) resolve(found);
          else reject(new Error(`ended with ${code} without ${pattern}: ${lines.slice(-5).join('\n')}`));
        };
        listeners.add(look);
        look();
      }),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs `meterpulse` from its sources to its end. */
export function meterpulse(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}
