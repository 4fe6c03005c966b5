/** Every command, in the order of the help. Another command is one entry in its group's list. */
import { CLIENT_COMMANDS } from './client-commands.js';
import type { CommandSpec } from './command-spec.js';
import { CONNECTION_COMMANDS } from './connection-commands.js';
import { MESSAGE_COMMANDS } from './message-commands.js';
import { READING_COMMANDS } from './reading-commands.js';
import { SESSION_COMMANDS } from './session-commands.js';

export const COMMANDS: readonly CommandSpec[] = [
  ...READING_COMMANDS,
  ...SESSION_COMMANDS,
  ...MESSAGE_COMMANDS,
  ...CONNECTION_COMMANDS,
  ...CLIENT_COMMANDS,
];

const BY_NAME: ReadonlyMap<string, CommandSpec> = new Map(
  COMMANDS.flatMap((spec) => [spec.name, ...(spec.aliases ?? [])].map((name) => [name, spec] as const)),
);

export const COMMAND_NAMES: readonly string[] = COMMANDS.map(({ name }) => name);
/** With other names for the same. */
export const ALL_NAMES: readonly string[] = [...BY_NAME.keys()];

export function findCommand(name: string): CommandSpec | undefined {
  return BY_NAME.get(name.toLowerCase());
}
