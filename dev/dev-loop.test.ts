import { describe, expect, it } from 'vitest';
import { runDevLoop, type DevEvent } from './dev-loop.js';
import type { Ending } from './program.js';
import type { Transpiled } from './transpiler.js';
import { eventually } from '../tests/harness/eventually.js';

const CHANGED: Transpiled = { ok: true, changed: true };
const SAME: Transpiled = { ok: true, changed: false };
const BROKEN: Transpiled = { ok: false, report: 'a.ts:1:1: no' };

/** A loop whose sources, compiler and program are played by the test. */
function play(options: { first?: Transpiled; endsWithProgram?: boolean } = {}) {
  const log: string[] = [];
  const events: DevEvent[] = [];
  const results: Transpiled[] = [];
  let pending: string[] = [];
  let wake = (): void => undefined;
  let end: (ending: Ending) => void = () => undefined;
  let exited: Promise<Ending> = Promise.resolve(0);
  let running = false;
  /** What happens while the program stops. */
  const stopping = { then: (): void => undefined };

  const changes = {
    some: (signal: AbortSignal) =>
      new Promise<boolean>((resolve) => {
        if (pending.length > 0) resolve(true);
        const before = wake;
        wake = () => {
          before();
          resolve(true);
        };
        if (signal.aborted) resolve(false);
        signal.addEventListener('abort', () => resolve(false), { once: true });
      }),
    take: () => pending.splice(0),
  };
  const program = {
    get isRunning() {
      return running;
    },
    ended: () => exited,
    start: () => {
      log.push('start');
      running = true;
      exited = new Promise((resolve) => {
        end = (ending) => {
          running = false;
          resolve(ending);
        };
      });
    },
    stop: () => {
      if (running) log.push('stop');
      stopping.then();
      end('SIGTERM');
      return Promise.resolve();
    },
  };
  const transpiler = {
    all: () => Promise.resolve(options.first ?? CHANGED),
    update: (paths: Iterable<string>) => {
      log.push(`update ${[...paths].join(' ')}`);
      return Promise.resolve(results.shift() ?? CHANGED);
    },
  };
  const controller = new AbortController();
  const { endsWithProgram = false } = options;
  const tell = (event: DevEvent): void => void events.push(event);
  const done = runDevLoop({ changes, program, transpiler, endsWithProgram, tell }, controller.signal);
  const change = (paths: string[], result: Transpiled): void => {
    results.push(result);
    pending = paths;
    wake();
  };
  return {
    log,
    events,
    done,
    change,
    stopping,
    end: (ending: Ending) => end(ending),
    abort: () => controller.abort(),
  };
}

describe('the loop of dev mode', () => {
  it('starts, restarts at a change, and stops the program when it is told to', async () => {
    const { log, events, done, change, abort } = play();
    await eventually(() => expect(log).toEqual(['start']));
    change(['a.ts', 'b.ts'], CHANGED);
    await eventually(() => expect(log).toEqual(['start', 'update a.ts b.ts', 'stop', 'start']));
    abort();
    await done;
    expect(log.at(-1)).toBe('stop');
    expect(events).toEqual([{ kind: 'restarting', paths: ['a.ts', 'b.ts'] }]);
  });

  it('leaves the program alone where a save changed nothing', async () => {
    const { log, done, change, abort } = play();
    await eventually(() => expect(log).toEqual(['start']));
    change(['a.ts'], SAME);
    await eventually(() => expect(log).toEqual(['start', 'update a.ts']));
    abort();
    await done;
    expect(log).toEqual(['start', 'update a.ts', 'stop']);
  });

  it('lets the program run on at a syntax error, and restarts when it is mended', async () => {
    const { log, events, done, change, abort } = play();
    await eventually(() => expect(log).toEqual(['start']));
    change(['a.ts'], BROKEN);
    await eventually(() =>
      expect(events).toEqual([{ kind: 'broken', report: 'a.ts:1:1: no', running: true }]),
    );
    expect(log).toEqual(['start', 'update a.ts']);
    change(['a.ts'], CHANGED);
    await eventually(() => expect(log.slice(2)).toEqual(['update a.ts', 'stop', 'start']));
    abort();
    await done;
  });

  it('waits with the first start until the sources transpile', async () => {
    const { log, events, done, change, abort } = play({ first: BROKEN });
    await eventually(() => expect(events).toHaveLength(1));
    expect(log).toEqual([]);
    change(['a.ts'], CHANGED);
    await eventually(() => expect(log).toEqual(['update a.ts', 'start']));
    abort();
    await done;
  });

  it('waits for a change, be it an empty one, when the program ended by itself', async () => {
    const { log, events, done, change, end, abort } = play();
    await eventually(() => expect(log).toEqual(['start']));
    end(1);
    await eventually(() => expect(events).toEqual([{ kind: 'ended', ending: 1 }]));
    change(['a.ts'], SAME);
    await eventually(() => expect(log).toEqual(['start', 'update a.ts', 'start']));
    abort();
    await done;
  });

  it('takes what changes while the program stops into the same restart', async () => {
    const { log, done, change, stopping, abort } = play();
    await eventually(() => expect(log).toEqual(['start']));
    stopping.then = () => {
      stopping.then = () => undefined;
      change(['b.ts'], CHANGED);
    };
    change(['a.ts'], CHANGED);
    await eventually(() => expect(log).toEqual(['start', 'update a.ts', 'stop', 'update b.ts', 'start']));
    abort();
    await done;
  });

  it('ends with a program that somebody types into', async () => {
    const { log, events, done, end } = play({ endsWithProgram: true });
    await eventually(() => expect(log).toEqual(['start']));
    end(0);
    await done;
    expect(events).toEqual([]);
  });
});
