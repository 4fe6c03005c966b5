import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { closeWhatIsNeverTaken } from './handed-sockets.js';

const start = () => {
  const sent = vi.fn(() => true);
  const process = Object.assign(new EventEmitter(), { send: sent });
  closeWhatIsNeverTaken({ process } as unknown as Worker);
  const send = process.send as unknown as (...given: unknown[]) => boolean;
  const hand = (seq: number) => {
    const handle = { close: vi.fn() };
    const message = { cmd: 'NODE_CLUSTER', act: 'newconn', key: 'k', seq };
    expect(send(message, handle)).toBe(true);
    expect(sent).toHaveBeenLastCalledWith(message, handle);
    return handle;
  };
  return { process, sent, send, hand };
};

it('closes a connection whose process ended without an answer, once it can not come any more', () => {
  const { process, hand } = start();
  const handle = hand(7);
  process.emit('exit');
  expect(handle.close).not.toHaveBeenCalled();
  process.emit('close');
  expect(handle.close).toHaveBeenCalledOnce();
});

it.each([true, false])('leaves a connection to node whose process has answered accepted=%s', (accepted) => {
  const { process, hand } = start();
  const answered = hand(7);
  const unanswered = hand(8);
  process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: 7, accepted });
  process.emit('close');
  expect(answered.close).not.toHaveBeenCalled();
  expect(unanswered.close).toHaveBeenCalledOnce();
});

it('passes other messages on as they are, with all that comes along', () => {
  const { sent, send, process } = start();
  const callback = (): void => undefined;
  const listener = { close: vi.fn() };
  send({ type: 'stop', handover: true }, undefined, undefined, callback);
  expect(sent).toHaveBeenLastCalledWith({ type: 'stop', handover: true }, undefined, undefined, callback);
  send({ cmd: 'NODE_CLUSTER', ack: 1, seq: 2 }, listener);
  process.emit('close');
  expect(listener.close).not.toHaveBeenCalled();
});
