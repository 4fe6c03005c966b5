/** `meterpulse client` as a process of its own, as it is typed into a shell. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { assembleClient } from '../../client/charge-point/assemble-client.js';
import { splitScript } from '../../client/charge-point/language/words.js';
import { readCredentials } from '../../client/transport/credentials.js';
import { clientOptionsSchema } from '../../client/charge-point/options.js';
import { systemClock } from '../../client/station/clock.js';

const FLAGS = new Set(['keepGoing', 'json', 'frames']);
const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

export interface ClientRun {
  readonly child: ChildProcessWithoutNullStreams;
  /** What was printed so far. */
  stdout(): string;
  stderr(): string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts the client from its sources; it is ended with the test. `DATA_DIR` keeps its history. */
export function startClient(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ClientRun {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'client', ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...environment },
    stdio: 'pipe',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  // A client that ended already doesn't read any more.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

export interface ClientEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the client to its end, with `input` on its standard input. */
export async function runClient(args: readonly string[], input = ''): Promise<ClientEnd> {
  const run = startClient(args);
  run.child.stdin.end(input);
  const code = await run.ended;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

/** As {@link runClient} does with these arguments, in this process: quicker, where it isn't the process that is tested. */
export async function doScript(args: readonly string[]): Promise<ClientEnd> {
  const given: Record<string, unknown> = {};
  for (let at = 0; at < args.length; at++) {
    const name = (args[at] ?? '').slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    given[name] = FLAGS.has(name) ? true : args[++at];
  }
  const options = clientOptionsSchema.parse(given);
  const output = new PassThrough();
  const errors = new PassThrough();
  const client = assembleClient({
    options,
    credentials: await readCredentials(options),
    clock: systemClock,
    random: Math.random,
    signal: new AbortController().signal,
    input: process.stdin,
    output: output as unknown as NodeJS.WriteStream,
    errors: errors as unknown as NodeJS.WriteStream,
  });
  try {
    const ok = await client.script(splitScript(options.exec ?? ''));
    return { code: ok ? 0 : 1, stdout: textOf(output), stderr: textOf(errors) };
  } finally {
    client.leave();
  }
}

function textOf(stream: PassThrough): string {
  return ((stream.read() as Buffer | null) ?? '').toString();
}

/** The JSON lines of `--json`. */
export function jsonLines(stdout: string): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
