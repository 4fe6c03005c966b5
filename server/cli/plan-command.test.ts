import { Command, type CommanderError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { registerPlanCommand } from './plan-command.js';

afterEach(() => vi.restoreAllMocks());

async function plan(...args: string[]): Promise<{ printed: string; error: string }> {
  let printed = '';
  let error = '';
  vi.spyOn(console, 'log').mockImplementation((text: string) => (printed += text));
  const program = new Command().exitOverride().configureOutput({ writeErr: (text) => (error += text) });
  registerPlanCommand(program);
  program.commands.forEach((command) =>
    command.exitOverride().configureOutput({ writeErr: (text) => (error += text) }),
  );
  try {
    await program.parseAsync(['plan', ...args], { from: 'user' });
  } catch (failure) {
    expect((failure as CommanderError).exitCode).toBe(1);
  }
  return { printed, error };
}

describe('meterpulse plan', () => {
  it('prints each figure with its formula, and where the coefficients come from when it is asked', async () => {
    const short = await plan('--charge-points', '100000', '--interval', '60', '--measurands', '4');
    expect(short.printed).toContain('100,000 charge points / 60 s');
    expect(short.printed).not.toContain('npm run bench');
    const long = await plan('--charge-points', '100000', '--explain');
    expect(long.printed).toContain('npm run bench -- sockets');
  });

  it('prints one JSON line in base units', async () => {
    const { printed } = await plan('--charge-points', '10', '--interval', '15m', '--json');
    const { workload, items, coefficients } = JSON.parse(printed) as {
      workload: Record<string, unknown>;
      items: { name: string; value: number; unit: string }[];
      coefficients: Record<string, unknown>;
    };
    expect(workload).toMatchObject({
      chargePoints: 10,
      intervalMs: 900_000,
      aggregateRetentionMs: 730 * 86_400_000,
    });
    expect(items.find(({ name }) => name === 'messages')).toMatchObject({
      value: 10 / 900,
      unit: 'messages/s',
    });
    expect(Object.keys(coefficients)).toContain('socketBytes');
  });

  it.each([
    [[], '--charge-points is missing'],
    [['--charge-points', '0'], 'from 1 to 10000000'],
    [['--charge-points', '-5'], 'from 1 to 10000000'],
    [['--charge-points', '1e6'], 'from 1 to 10000000'],
    [['--charge-points', '99999999999999999999'], 'from 1 to 10000000'],
    [['--charge-points', '1', '--interval', '0'], '1 second to 30 days'],
    [['--charge-points', '1', '--interval', '5 parsecs'], '1 second to 30 days'],
    [['--charge-points', '1', '--measurands', '1.5'], 'from 1 to 100'],
    [['--charge-points', '1', '--retention', '90'], 'Expected a duration'],
    [['--charge-points', '1', '--retention', '3months'], 'Expected a duration'],
    [['--charge-points', '1', '--retention', '99y'], 'Expected a duration'],
    [['--charge-points', '1', '--peak-factor', '0.5'], 'from 1 to 100'],
    [['--charge-points', '1', '--peak-factor', 'NaN'], 'from 1 to 100'],
    [['--charge-points', '1', '--replication', '0'], 'from 1 to 9'],
    [['--charge-points', '1', '--aggregate-retention', '30d'], 'at least --retention'],
  ])('refuses %j', async (args, message) => {
    const { printed, error } = await plan(...args);
    expect(printed).toBe('');
    expect(error).toContain(message);
  });
});
