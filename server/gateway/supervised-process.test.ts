import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SupervisedProcess } from './supervised-process.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const start = () => {
  const process = new EventEmitter();
  const worker = Object.assign(new EventEmitter(), { process });
  let heard = false;
  const supervised = new SupervisedProcess(worker as unknown as Worker);
  void supervised.lastWords.then(() => (heard = true));
  return { worker, process, hasHeard: () => heard };
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
