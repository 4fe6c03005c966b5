import type { Command } from './command.js';
import type { Parsed } from './parsed.js';

export interface CommandArguments {
  /** The words after the command, without their quotes. */
  readonly words: readonly string[];
  /** All that follows the command, as it was typed. */
  readonly rest: string;
}

/** A command: how it is typed, explained and completed. */
export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: 'connection' | 'readings' | 'session' | 'messages' | 'this client';
  /** What follows the name. */
  readonly usage: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Sentences for `help NAME`. */
  readonly details?: string;
  readonly examples: readonly string[];
  parse(args: CommandArguments): Parsed<Command>;
  /** Words that may come next; `typed` are those that stand already. */
  suggest?(typed: readonly string[]): readonly string[];
}
