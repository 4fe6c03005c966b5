/** The replay command as a program of its own, for tests that need a process to kill. */
import { Command } from 'commander';
import { registerReplayCommand } from '../../client/replay/command.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

const program = new Command('meterpulse');
registerReplayCommand(program);
try {
  await program.parseAsync();
} catch (cause) {
  console.error(cause instanceof MeterpulseError ? `${cause.code}: ${cause.message} ${cause.remedy}` : cause);
  process.exitCode = 1;
}
