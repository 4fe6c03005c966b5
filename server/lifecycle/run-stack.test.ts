import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { runStack, type Part } from './run-stack.js';

const logger = pino({ level: 'silent' });

function recorded(name: string, log: string[]): Part {
  return {
    name,
    run: (signal) =>
      new Promise((resolve) => {
        log.push(`start ${name}`);
        signal.addEventListener('abort', () => {
          log.push(`stop ${name}`);
          resolve();
        });
      }),
  };
}

describe('runStack', () => {
  it('stops the parts from the last to the first', async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const done = runStack([recorded('worker', log), recorded('gateway', log)], controller.signal, logger);
    controller.abort();
    await done;
    expect(log).toEqual(['start worker', 'start gateway', 'stop gateway', 'stop worker']);
  });

  it('waits for a part to end before it stops the one below', async () => {
    const log: string[] = [];
    const controller = new AbortController();
    let release = (): void => undefined;
    const slow: Part = {
      name: 'slow',
      run: async () => {
        await new Promise<void>((resolve) => (release = resolve));
        log.push('slow ended');
      },
    };
    const done = runStack([recorded('below', log), slow], controller.signal, logger);
    controller.abort();
    await Promise.resolve();
    expect(log).toEqual(['start below']);
    release();
    await done;
    expect(log).toEqual(['start below', 'slow ended', 'stop below']);
  });

  it('stops the others when one fails, and throws its failure', async () => {
    const log: string[] = [];
    const broken: Part = { name: 'broken', run: () => Promise.reject(new Error('no log')) };
    await expect(
      runStack([recorded('a', log), broken], new AbortController().signal, logger),
    ).rejects.toThrow('no log');
    expect(log).toEqual(['start a', 'stop a']);
  });

  it('stops the others when one ends by itself', async () => {
    const log: string[] = [];
    await runStack(
      [recorded('a', log), { name: 'b', run: () => Promise.resolve() }],
      new AbortController().signal,
      logger,
    );
    expect(log).toEqual(['start a', 'stop a']);
  });

  it('starts and stops at once under a signal that was aborted before', async () => {
    const log: string[] = [];
    await runStack([recorded('a', log)], AbortSignal.abort(), logger);
    expect(log).toEqual(['start a', 'stop a']);
  });
});
