import { describe, expect, it } from 'vitest';
import { ocppWire } from '../wire/ocpp-wire.js';
import type { Clock } from './clock.js';
import { typedMessage } from '../charge-point/station/messages.js';
import type { Exchange } from './message.js';
import { Outbox, type OutboxEvents } from './outbox.js';

/** Time that the test makes. */
class ManualClock implements Clock {
  at = 0;
  #timers: { dueAt: number; action: () => void }[] = [];
  now = (): number => this.at;
  elapsed = (): number => this.at;

  after(ms: number, action: () => void): () => void {
    const timer = { dueAt: this.at + ms, action };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  pass(ms: number): void {
    this.at += ms;
    const due = this.#timers.filter(({ dueAt }) => dueAt <= this.at);
    this.#timers = this.#timers.filter(({ dueAt }) => dueAt > this.at);
    for (const { action } of due) action();
  }
}

function setUp() {
  const clock = new ManualClock();
  const told: string[] = [];
  const frames: string[] = [];
  const events: OutboxEvents = {
    onSent: (frame) => frames.push(frame),
    onAnswered: (exchange, { verdict, latencyMs }) =>
      told.push(`${exchange.id} ${verdict} ${String(latencyMs)}`),
    onRetry: (exchange, _, __, againInMs) => told.push(`${exchange.id} retry ${againInMs}`),
    onSilent: (exchange) => told.push(`${exchange.id} silent`),
  };
  const outbox = new Outbox({ wire: ocppWire, clock, random: () => 0, answerTimeoutMs: 1_000 }, events);
  const socket = {
    closing: false,
    send: () => undefined,
    close: () => undefined,
    terminate: () => undefined,
    pause: () => undefined,
  };
  const answer = (text: string): boolean[] =>
    ocppWire
      .decode(text)
      .flatMap((heard) => (heard.kind === 'call' || heard.kind === 'noise' ? [] : [outbox.hear(heard)]));
  return { clock, told, frames, outbox, answer, open: () => outbox.opened(socket, 'CP-1') };
}

const reading = typedMessage('MeterValues', '{"a":1}');
const heartbeat = typedMessage('Heartbeat', '{}');

describe('the outbox', () => {
  it('has one message unanswered at a time, in their order', () => {
    const { outbox, open, answer, frames, told, clock } = setUp();
    open();
    outbox.add(reading);
    outbox.add(heartbeat);
    expect(frames).toEqual(['[2,"m1","MeterValues",{"a":1}]']);
    clock.pass(7);
    expect(answer('[3,"m1",{}]')).toEqual([true]);
    expect(frames).toHaveLength(2);
    expect(told).toEqual(['m1 accepted 7']);
  });

  it('sends what was kept and unanswered first on the next socket, with a new id', () => {
    const { outbox, open, frames, answer, told } = setUp();
    outbox.add(reading);
    outbox.add(reading);
    expect(frames).toEqual([]);
    open();
    outbox.closed(1006);
    expect(outbox.size).toBe(2);
    open();
    expect(frames.at(-1)).toBe('[2,"m1.2","MeterValues",{"a":1}]');
    expect(answer('[3,"m1",{}]')).toEqual([false]);
    answer('[3,"m1.2",{}]');
    answer('[3,"m2",{}]');
    expect(told).toEqual(['m1.2 accepted 0', 'm2 accepted 0']);
  });

  it('does not keep what is of use only now', () => {
    const { outbox, open, told } = setUp();
    open();
    outbox.add(heartbeat);
    outbox.closed(1006);
    expect(told).toEqual(['m1 unanswered null']);
    expect(outbox.size).toBe(0);
  });

  it('gives up the message that the server choked on', () => {
    const { outbox, open, told } = setUp();
    open();
    outbox.add(reading);
    outbox.closed(1009);
    expect(told).toEqual(['m1 rejected null']);
    expect(outbox.size).toBe(0);
  });

  it('waits as the server asks before it sends again, and holds the others back meanwhile', () => {
    const { outbox, open, answer, frames, told, clock } = setUp();
    open();
    outbox.add(reading);
    outbox.add(reading);
    answer('[4,"m1","InternalError","later",{"retryAfterMs":500}]');
    expect(told).toEqual(['m1 retry 500']);
    clock.pass(499);
    expect(frames).toHaveLength(1);
    clock.pass(1);
    expect(frames.at(-1)).toContain('"m1.2"');
  });

  it('takes an InternalError for the end of what is not kept', () => {
    const { outbox, open, answer, told } = setUp();
    open();
    outbox.add(heartbeat);
    answer('[4,"m1","InternalError","",{}]');
    expect(told).toEqual(['m1 rejected 0']);
  });

  it('tells of silence: a kept message needs another socket, any other is unanswered', () => {
    const { outbox, open, told, clock, frames } = setUp();
    open();
    outbox.add(heartbeat);
    outbox.add(reading);
    clock.pass(1_000);
    expect(told).toEqual(['m1 unanswered null']);
    clock.pass(1_000);
    expect(told.at(-1)).toBe('m2 silent');
    outbox.closed(1006);
    open();
    expect(frames.at(-1)).toContain('"m2.2"');
  });

  it('takes an error without an id for the one message that is unanswered', () => {
    const { outbox, open, answer, told } = setUp();
    open();
    outbox.add(reading);
    expect(answer('[4,"-1","FormationViolation","",{}]')).toEqual([true]);
    expect(told).toEqual(['m1 rejected 0']);
  });

  it('is empty after it was cleared, and settles what it threw away', async () => {
    const { outbox, open } = setUp();
    open();
    const exchanges: Exchange[] = [outbox.add(reading), outbox.add(heartbeat)];
    expect(outbox.clear()).toBe(2);
    expect(outbox.size).toBe(0);
    for (const { settled } of exchanges) expect(await settled).toMatchObject({ verdict: 'discarded' });
  });
});
