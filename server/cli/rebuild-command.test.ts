import { Command, type CommanderError } from 'commander';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { registerRebuildCommand } from './rebuild-command.js';
import { runRebuildCommand } from './run-rebuild.js';

vi.mock('./run-rebuild.js', () => ({ runRebuildCommand: vi.fn(() => Promise.resolve(0)) }));
const run = vi.mocked(runRebuildCommand);

async function parse(...args: string[]): Promise<{ exitCode: number; error: string }> {
  let error = '';
  const program = new Command();
  registerRebuildCommand(program);
  const quiet = { writeErr: (text: string) => (error += text), writeOut: () => undefined };
  program.exitOverride().configureOutput(quiet);
  program.commands.forEach((command) => command.exitOverride().configureOutput(quiet));
  try {
    await program.parseAsync(['rebuild', ...args], { from: 'user' });
    return { exitCode: 0, error };
  } catch (caught) {
    return { exitCode: (caught as CommanderError).exitCode, error };
  }
}

beforeEach(() => run.mockClear());

describe('meterpulse rebuild', () => {
  it('computes everything unless it is told otherwise, and puts right what differs', async () => {
    await parse();
    expect(run).toHaveBeenCalledWith({
      fromMs: -Infinity,
      toMs: Infinity,
      chargePointIds: null,
      check: false,
      json: false,
    });
  });

  it.each([
    ['2026-03-29', Date.UTC(2026, 2, 29)],
    ['2026-03-29T10:30:00', Date.UTC(2026, 2, 29, 10, 30)],
    ['2026-03-29T10:30:00Z', Date.UTC(2026, 2, 29, 10, 30)],
    ['2026-03-29T10:30:00.250+02:00', Date.UTC(2026, 2, 29, 8, 30, 0, 250)],
    ['2026-03-29T10:30:00-05:30', Date.UTC(2026, 2, 29, 16)],
  ])('takes %s for a time, UTC unless it says', async (text, ms) => {
    await parse('--from', text, '--to', '2027-01-01', '--check', '--json', '--charge-point', 'A', 'B');
    expect(run).toHaveBeenCalledWith({
      fromMs: ms,
      toMs: Date.UTC(2027, 0, 1),
      chargePointIds: ['A', 'B'],
      check: true,
      json: true,
    });
  });

  it.each([
    '',
    'yesterday',
    '2026-02-30',
    '2026-13-01T00:00:00Z',
    '1e9',
    'infinity',
    '2026-01-01T00:00:00+99:00',
  ])('refuses %j as a time, and says what is expected', async (text) => {
    const { exitCode, error } = await parse('--from', text);
    expect(exitCode).toBe(1);
    expect(error).toContain('Expected an ISO 8601 time such as');
    expect(run).not.toHaveBeenCalled();
  });

  it.each(['2026-01-01', '2025-12-31'])('refuses an end at %s, not after its begin', async (to) => {
    const { exitCode, error } = await parse('--from', '2026-01-01', '--to', to);
    expect([exitCode, error]).toEqual([1, expect.stringContaining('--from should be before --to')]);
    expect(run).not.toHaveBeenCalled();
  });
});
