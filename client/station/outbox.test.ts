import { describe, expect, it } from 'vitest';
import { ocppWire } from '../wire/ocpp-wire.js';
import { ManualClock } from '../../tests/harness/manual-clock.js';
import { typedMessage } from '../charge-point/station/messages.js';
import type { Exchange } from './message.js';
import { Outbox } from './outbox.js';
import type { OutboxEvents } from './outbox-parts.js';

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

/** An outbox of plain messages whose body is their text. */
function setUpDevice(options: { readonly maxBytes?: number; readonly journal?: boolean } = {}) {
  interface Plain {
    readonly action: string;
    readonly text: string;
    readonly payload: () => string;
    readonly kept: boolean;
  }
  const clock = new ManualClock();
  const sent: string[] = [];
  const ended: string[] = [];
  const journal: string[] = [];
  const outbox = new Outbox<Plain>(
    {
      ...{ wire: ocppWire, clock, random: () => 0, answerTimeoutMs: 1_000 },
      ...(options.maxBytes === undefined
        ? {}
        : {
            bounds: {
              maxBytes: options.maxBytes,
              bytesOf: ({ text }: Plain) => text.length,
              mayThin: ({ text }: Plain) => text.startsWith('s'),
            },
          }),
      ...(options.journal === true
        ? {
            journal: {
              added: (number: number, { text }: Plain) => journal.push(`+${number} ${text}`),
              settled: (number: number) => journal.push(`-${number}`),
            },
          }
        : {}),
    },
    {
      onSent: (_, { message }) => sent.push(message.text),
      onAnswered: ({ message }, { verdict, code }) => ended.push(`${message.text} ${verdict} ${code}`.trim()),
      onRetry: () => undefined,
      onSilent: () => undefined,
    },
  );
  const message = (text: string, kept = true): Plain => ({
    ...{ action: 'MeterValues', text, kept },
    payload: () => JSON.stringify({ text }),
  });
  const accept = (): void => {
    const [outstanding] = outbox.unsettled;
    outbox.hear({ kind: 'result', id: outstanding?.id ?? '', payload: {} });
  };
  const socket = {
    ...{ closing: false, send: () => undefined, close: () => undefined },
    ...{ terminate: () => undefined, pause: () => undefined },
  };
  return { outbox, sent, ended, journal, message, accept, open: () => outbox.opened(socket, 'CP-1') };
}

describe('the outbox of a device', () => {
  it('lets nothing pass but what goes first while it is locked', () => {
    const { outbox, sent, message, accept, open } = setUpDevice();
    outbox.locked = true;
    outbox.add(message('reading'));
    open();
    outbox.addFirst(message('boot', false));
    expect(sent).toEqual(['boot']);
    accept();
    expect(sent).toEqual(['boot']);
    outbox.locked = false;
    expect(sent).toEqual(['boot', 'reading']);
  });

  it('gives up what is of use only now when the connection is lost before it left', () => {
    const { outbox, ended, message, open } = setUpDevice();
    open();
    outbox.add(message('reading'));
    outbox.addFirst(message('heartbeat', false));
    outbox.closed(1006);
    expect(ended).toEqual(['heartbeat unanswered connection lost']);
    expect(outbox.size).toBe(1);
  });

  it('thins samples when too much waits, counts each, and keeps the rest in order', () => {
    const { outbox, sent, ended, message, accept, open } = setUpDevice({ maxBytes: 20 });
    for (const text of ['b1', 's1', 's2', 's3', 'e1', 's4', 's5', 's6', 's7', 's8', 's9'])
      outbox.add(message(text));
    expect(ended.length).toBeGreaterThan(0);
    expect(ended.every((each) => /^s\d discarded shed$/.test(each))).toBe(true);
    expect(outbox.bytes).toBeLessThanOrEqual(20);
    open();
    for (let left = outbox.size; left > 0; left--) accept();
    expect(sent.filter((text) => !text.startsWith('s'))).toEqual(['b1', 'e1']);
    const samples = sent.filter((text) => text.startsWith('s'));
    expect(samples).toEqual([...samples].sort());
    expect(samples.at(-1)).toBe('s9');
    expect(samples.length + ended.filter((each) => each.includes('shed')).length).toBe(9);
  });

  it('keeps what is not to be thinned, whatever the bound', () => {
    const { outbox, ended, message } = setUpDevice({ maxBytes: 4 });
    for (let index = 0; index < 10; index++) outbox.add(message(`b${index}`));
    expect(outbox.size).toBe(10);
    expect(ended).toEqual([]);
  });

  it('sends nothing that the journal does not have, and tells the journal of each end', () => {
    const { outbox, sent, journal, message, accept, open } = setUpDevice({ journal: true });
    open();
    outbox.add(message('a'));
    outbox.addFirst(message('heartbeat', false));
    expect(sent).toEqual(['heartbeat']);
    accept();
    expect(sent).toEqual(['heartbeat']);
    outbox.written();
    expect(sent).toEqual(['heartbeat', 'a']);
    accept();
    expect(journal).toEqual(['+1 a', '-1']);
  });

  it('goes on with what an earlier run kept, and numbers on', () => {
    const { outbox, sent, message, accept, open } = setUpDevice({ journal: true });
    outbox.restore(
      [
        { number: 4, message: message('d') },
        { number: 7, message: message('g') },
      ],
      9,
    );
    open();
    expect(outbox.add(message('j')).number).toBe(10);
    accept();
    accept();
    expect(sent).toEqual(['d', 'g']);
    outbox.written();
    expect(sent).toEqual(['d', 'g', 'j']);
  });

  it('lets a message be overtaken by as many as it should, or until nothing more comes', () => {
    const { outbox, sent, message, accept, open } = setUpDevice();
    outbox.add(message('a'), { overtakenBy: 2 });
    for (const text of ['b', 'c', 'd']) outbox.add(message(text));
    outbox.add(message('e'), { overtakenBy: 5 });
    open();
    for (let left = 4; left > 0; left--) accept();
    expect(sent).toEqual(['b', 'c', 'a', 'd']);
    expect(outbox.size).toBe(1);
    outbox.releaseOvertaken();
    expect(sent.at(-1)).toBe('e');
  });
});
