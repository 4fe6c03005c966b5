import type { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.js';

const COMMANDS = [
  'all',
  'gateway',
  'worker',
  'api',
  'live',
  'migrate',
  'demo',
  'replay',
  'client',
  'topic',
  'rebuild',
  'findings',
  'trace',
  'plan',
  'config',
];

/** What a command line prints and how it ends, without running an action. */
async function run(...args: string[]): Promise<{ output: string; exitCode: number }> {
  let output = '';
  const write = (text: string): void => {
    output += text;
  };
  const capture = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write });
    command.commands.forEach(capture);
  };
  const program = createProgram();
  capture(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return { output, exitCode: 0 };
  } catch (error) {
    return { output, exitCode: (error as CommanderError).exitCode };
  }
}

describe('the command line', () => {
  it('lists every command under --help', async () => {
    const { output, exitCode } = await run('--help');
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(output).toContain(`\n  ${command}`);
    expect(output).not.toContain('gateway-process');
  });

  it.each(COMMANDS)('%s has --help of its own', async (command) => {
    const { output, exitCode } = await run(command, '--help');
    expect(exitCode).toBe(0);
    expect(output).toContain(`Usage: meterpulse ${command}`);
  });

  it('suggests the command that was meant', async () => {
    const { output, exitCode } = await run('gatewy');
    expect(exitCode).toBe(1);
    expect(output).toContain('Did you mean gateway?');
  });

  it.each(COMMANDS)('%s refuses an unknown option', async (command) => {
    const { output, exitCode } = await run(command, '--no-such-option');
    expect(exitCode).toBe(1);
    expect(output).toMatch(/unknown option '--no-such-option'|required option/);
  });

  it.each(COMMANDS.filter((command) => command !== 'topic'))(
    '%s refuses a stray argument',
    async (command) => {
      const { output, exitCode } = await run(
        command,
        'stray',
        ...(command === 'replay' ? ['--file', 'x.csv'] : []),
      );
      expect(exitCode).toBe(1);
      expect(output).toContain('too many arguments');
    },
  );

  it('asks for a confirmation before positions are forgotten', async () => {
    const { output, exitCode } = await run('topic', 'reset');
    expect(exitCode).toBe(1);
    expect(output).toContain('--yes');
  });
});
