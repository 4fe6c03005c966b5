import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { optionProblems } from '../option-problems.js';
import { assembleClient } from './assemble-client.js';
import { splitScript } from './language/words.js';
import { clientOptionsSchema } from './options.js';
import { readCredentials } from '../transport/credentials.js';
import { systemClock } from '../station/clock.js';
import { HistoryFile } from './terminal/history-file.js';

export interface ClientCommandParts {
  /** Where what is typed is kept from one run to the next. Asked for only when somebody types. */
  readonly historyFile: () => string;
}

/** Runs `client` as the command line says; the answer is the exit code. Rejects with CREDENTIALS_UNREADABLE. */
export async function runClient(
  given: Record<string, unknown>,
  command: Command,
  { historyFile }: ClientCommandParts,
): Promise<number> {
  const parsed = clientOptionsSchema.safeParse(given);
  if (!parsed.success) return command.error(`error: ${optionProblems(parsed.error)}`);
  const options = parsed.data;
  const { stdin: input, stdout: output, stderr: errors } = process;
  const asks = options.exec === undefined && input.isTTY && output.isTTY;
  if (options.json && asks)
    return command.error('error: --json is for scripts: give --exec, or commands on standard input');

  const credentials = await readCredentials(options);
  const stop = new AbortController();
  const { signal } = stop;
  let interrupted = 0;
  const interrupt = (name: NodeJS.Signals): void => {
    // A second Ctrl-C means now.
    if (interrupted > 0) process.exit(interrupted);
    interrupted = name === 'SIGINT' ? 130 : 143;
    stop.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  // Whoever read our output may be gone, as `| head` is.
  output.on('error', () => process.exit(1));

  const client = assembleClient({
    options,
    credentials,
    clock: systemClock,
    random: Math.random,
    signal,
    input,
    output,
    errors,
  });
  try {
    if (asks) {
      await client.prompt(new HistoryFile(historyFile()));
      return interrupted;
    }
    const commands = options.exec === undefined ? linesOf(input, signal) : splitScript(options.exec);
    const ok = await client.script(commands);
    return interrupted !== 0 ? interrupted : ok ? 0 : 1;
  } finally {
    client.leave();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** The commands of a stream, line by line as they come. */
async function* linesOf(input: NodeJS.ReadStream, signal: AbortSignal): AsyncGenerator<string> {
  const lines = createInterface({ input, terminal: false, signal });
  try {
    for await (const line of lines) yield* splitScript(line);
  } finally {
    lines.close();
    input.destroy();
  }
}
