import { join } from 'node:path';
import type { Logger } from 'pino';
import { holdServices } from '../server/compose/hold-services.js';
import { createRoleContext } from '../server/compose/role-context.js';
import { runStack } from '../server/lifecycle/run-stack.js';
import { untilSignal } from '../server/lifecycle/until-signal.js';
import { DEV_COMMANDS, PROGRAM } from './commands.js';
import { runDevLoop, type DevEvent } from './dev-loop.js';
import { Program } from './program.js';
import { SourceChanges } from './source-changes.js';
import { Transpiler } from './transpiler.js';

/** As deep below the root as dist/, so that whatever the program looks up beside itself is where it expects it. */
const OUT_FOLDER = '.dev';

/** What suits a program that is restarted all day; a variable that is set wins. */
const ENVIRONMENT = {
  // Nobody's chargers are connected: they needn't be sent away one by one.
  GATEWAY_DRAIN_MS: '0',
  STOP_TIMEOUT_MS: '3000',
  // The least that is a cluster.
  GATEWAY_PROCESSES: '2',
};
/** Longer than the program's own limit. */
const KILL_AFTER_MS = 5_000;
/** For the program and then for PostgreSQL. */
const STOP_TIMEOUT_MS = 25_000;

/** Runs a command in dev mode until SIGTERM or SIGINT. `args` are handed on to it. */
export async function runDevCommand(name: string, args: readonly string[]): Promise<void> {
  const command = DEV_COMMANDS[name];
  if (command === undefined) {
    throw new Error(`dev mode knows ${Object.keys(DEV_COMMANDS).join(', ')}, and not '${name}'`);
  }
  const context = createRoleContext('dev');
  const { logger } = context;
  const loop = async (signal: AbortSignal): Promise<void> => {
    const changes = await SourceChanges.watch({ folders: command.folders });
    const program = new Program({
      main: join(OUT_FOLDER, 'server', 'main.js'),
      args: [...command.args, ...args],
      environment: { ...ENVIRONMENT, ...process.env },
      stopTimeoutMs: KILL_AFTER_MS,
    });
    const transpiler = new Transpiler(PROGRAM, OUT_FOLDER);
    const endsWithProgram = command.endsWithProgram || args.includes('--help');
    const tell = (event: DevEvent): void => log(logger, event);
    try {
      await runDevLoop({ changes, transpiler, program, endsWithProgram, tell }, signal);
    } finally {
      await changes.close();
    }
  };
  const run = (signal: AbortSignal): Promise<void> =>
    command.holdsServices
      ? holdServices(context, ({ watch }) =>
          runStack([...watch, { name: 'program', run: loop }], signal, logger),
        )
      : loop(signal);
  await untilSignal(run, { logger, stopTimeoutMs: STOP_TIMEOUT_MS });
}

const WAITING = 'waiting for a change';

function log(logger: Logger, event: DevEvent): void {
  switch (event.kind) {
    case 'restarting':
      logger.info({ paths: event.paths }, `restarting: ${listed(event.paths)} changed`);
      return;
    case 'broken':
      process.stderr.write(`\n${event.report}`);
      logger.error(event.running ? `the program runs on as it was: ${WAITING}` : WAITING);
      return;
    case 'ended':
      logger.warn({ ending: event.ending }, `the program ended (${describe(event.ending)}): ${WAITING}`);
  }
}

function listed(paths: readonly string[]): string {
  const [first = '', ...others] = paths;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function describe(ending: string | number): string {
  return typeof ending === 'number' ? `exit code ${ending}` : ending;
}
