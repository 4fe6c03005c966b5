import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SupervisedProcess } from './supervised-process.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const start = (pid?: number) => {
  const process = Object.assign(new EventEmitter(), { pid });
  const worker = Object.assign(new EventEmitter(), { process });
  let heard = false;
  const supervised = new SupervisedProcess(worker as unknown as Worker);
  void supervised.lastWords.then(() => (heard = true));
  let how: string | undefined;
  void supervised.exited.then((told) => (how = told));
  return { worker, process, hasHeard: () => heard, howItEnded: () => how };
};

it('hears what a process said last when its channel ends after its exit', async () => {
  const { worker, process, hasHeard } = start();
  worker.emit('exit');
  await vi.advanceTimersByTimeAsync(500);
  expect(hasHeard()).toBe(false);
  process.emit('close');
  await vi.advanceTimersByTimeAsync(0);
  expect(hasHeard()).toBe(true);
});

it('waits for the exit when the channel ends first', async () => {
  const { worker, process, hasHeard } = start();
  process.emit('close');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(hasHeard()).toBe(false);
  worker.emit('exit');
  await vi.advanceTimersByTimeAsync(0);
  expect(hasHeard()).toBe(true);
});

it('gives up on a killed process whose channel never ends, so that another takes its place', async () => {
  const { worker, hasHeard } = start();
  worker.emit('exit');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(hasHeard()).toBe(true);
});

it('has ended when it could not be started, since of such a process there is no exit', async () => {
  const { worker, hasHeard, howItEnded } = start();
  worker.emit('error', new Error('spawn node EMFILE'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(howItEnded()).toBe('it could not be started: spawn node EMFILE');
  expect(hasHeard()).toBe(true);
});

it('goes on when its channel breaks, until it exits', async () => {
  const { worker, howItEnded } = start(42);
  worker.emit('error', new Error('write EPIPE'));
  await vi.advanceTimersByTimeAsync(0);
  expect(howItEnded()).toBeUndefined();
  worker.emit('exit', null, 'SIGKILL');
  await vi.advanceTimersByTimeAsync(0);
  expect(howItEnded()).toBe('SIGKILL');
});
