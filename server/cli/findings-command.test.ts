import { Command, type CommanderError } from 'commander';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { registerFindingsCommand } from './findings-command.js';
import { runFindingsCommand } from './run-findings.js';

vi.mock('./run-findings.js', () => ({ runFindingsCommand: vi.fn(() => Promise.resolve(0)) }));
const run = vi.mocked(runFindingsCommand);

async function parse(...args: string[]): Promise<{ exitCode: number; error: string }> {
  let error = '';
  const program = new Command();
  registerFindingsCommand(program);
  const quiet = { writeErr: (text: string) => (error += text), writeOut: () => undefined };
  program.exitOverride().configureOutput(quiet);
  program.commands.forEach((command) => command.exitOverride().configureOutput(quiet));
  try {
    await program.parseAsync(['findings', ...args], { from: 'user' });
    return { exitCode: 0, error };
  } catch (caught) {
    return { exitCode: (caught as CommanderError).exitCode, error };
  }
}

beforeEach(() => run.mockClear());

describe('meterpulse findings', () => {
  it('looks at everything by what is configured unless it is told otherwise', async () => {
    await parse('--dry-run');
    expect(run).toHaveBeenCalledWith({
      ...{ fromMs: -Infinity, toMs: Infinity, chargePointIds: null },
      ...{ thresholds: {}, examples: 20, json: false },
    });
  });

  it('takes rules and thresholds instead of those that are configured', async () => {
    const thresholds = '--gap-seconds 60 --phases-percent 3 --stuck-hours 6 --power-wh 0'.split(' ');
    await parse('--dry-run', '--rule', 'gap', 'stuck', '--examples', '0', '--json', ...thresholds);
    expect(run.mock.calls[0]?.[0]).toMatchObject({
      thresholds: {
        ...{ rules: new Set(['gap', 'stuck']), gapMs: 60_000, phasesShare: 0.03 },
        ...{ stuckHours: 6, powerWh: 0 },
      },
      ...{ examples: 0, json: true },
    });
  });

  it.each([
    [[], '--dry-run'],
    [['--dry-run', '--rule', 'nonsense'], 'Allowed choices are spike'],
    [['--dry-run', '--gap-seconds', '0'], 'from 1 to 31536000'],
    [['--dry-run', '--gap-seconds', '1e3'], 'whole number'],
    [['--dry-run', '--examples', '-1'], 'whole number'],
    [['--dry-run', '--from', '2026-03-02', '--to', '2026-03-01'], '--from should be before --to'],
  ])('refuses %j and says what was expected', async (args, expected) => {
    const { exitCode, error } = await parse(...args);
    expect(exitCode).toBe(1);
    expect(error).toContain(expected);
    expect(run).not.toHaveBeenCalled();
  });
});
