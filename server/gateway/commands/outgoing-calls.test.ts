import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  MAX_WAITING_CALLS,
  OutgoingCalls,
  type CallOutcome,
  type OutgoingCall,
  type ReadyCall,
} from './outgoing-calls.js';

describe('calls to one charge point', () => {
  let sent: string[];
  let outcomes: Record<string, CallOutcome[]>;
  let calls: OutgoingCalls;
  let isOpen: boolean;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    outcomes = {};
    isOpen = true;
    calls = new OutgoingCalls((text) => {
      if (isOpen) sent.push(text);
      return isOpen;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function call(
    messageId: string,
    prepare: () => Promise<ReadyCall | null> = () => Promise.resolve({ text: messageId, timeoutMs: 1_000 }),
  ): OutgoingCall {
    return { messageId, prepare, ended: (outcome) => (outcomes[messageId] ??= []).push(outcome) };
  }

  const result = (messageId: string) => ({ kind: 'result', messageId, payload: {} }) as const;
  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

  it('has one outstanding, and sends the next when that one is answered', async () => {
    for (const id of ['a', 'b', 'c']) expect(calls.request(call(id))).toBe(true);
    await settle();
    expect(sent).toEqual(['a']);
    expect(calls.reply(result('b'))).toBe('unknown');
    expect(calls.reply(result('a'))).toBe('matched');
    await settle();
    expect(sent).toEqual(['a', 'b']);
    expect(outcomes).toEqual({ a: [{ kind: 'replied', reply: result('a') }] });
  });

  it('gives up after its time, knows the late answer for what it is, and goes on', async () => {
    calls.request(call('a'));
    calls.request(call('b'));
    await vi.advanceTimersByTimeAsync(999);
    expect(sent).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcomes['a']).toEqual([{ kind: 'timed_out' }]);
    expect(sent).toEqual(['a', 'b']);
    expect(calls.reply(result('a'))).toBe('late');
    expect(calls.reply(result('never'))).toBe('unknown');
    expect(calls.reply(result('b'))).toBe('matched');
    expect(calls.reply(result('b'))).toBe('unknown');
  });

  it(`takes ${MAX_WAITING_CALLS} behind the one that is out, and no more`, async () => {
    for (let at = 0; at <= MAX_WAITING_CALLS; at++) expect(calls.request(call(`${at}`))).toBe(true);
    expect(calls.request(call('more'))).toBe(false);
    await settle();
    calls.reply(result('0'));
    await settle();
    expect(calls.request(call('more'))).toBe(true);
  });

  it('passes over what is not to be sent any more', async () => {
    calls.request(call('a', () => Promise.resolve(null)));
    calls.request(call('b'));
    await settle();
    expect(sent).toEqual(['b']);
    expect(outcomes['a']).toBe(undefined);
    expect(calls.has('a')).toBe(false);
    expect(calls.has('b')).toBe(true);
  });

  it('ends all with the socket: what was sent, what was about to be, and what waited', async () => {
    calls.request(call('sent'));
    calls.request(call('waiting'));
    await settle();
    calls.close();
    expect(outcomes).toEqual({
      sent: [{ kind: 'closed', wasSent: true }],
      waiting: [{ kind: 'closed', wasSent: false }],
    });
    expect(calls.request(call('late'))).toBe(false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(outcomes['sent']).toHaveLength(1);
  });

  it('sends nothing that was made ready after the socket had closed', async () => {
    let ready: (call: ReadyCall) => void = () => undefined;
    calls.request(call('a', () => new Promise((resolve) => (ready = resolve))));
    calls.close();
    ready({ text: 'a', timeoutMs: 1_000 });
    await settle();
    expect(sent).toEqual([]);
    expect(outcomes['a']).toEqual([{ kind: 'closed', wasSent: false }]);
  });

  it('ends a call that the socket would not take, and every call once whatever happens', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('request' as const), id: fc.nat({ max: 20 }) }),
      fc.record({ kind: fc.constant('reply' as const), id: fc.nat({ max: 20 }) }),
      fc.record({ kind: fc.constant('time' as const), id: fc.nat({ max: 1_500 }) }),
      fc.record({ kind: fc.constant('shut' as const), id: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        outcomes = {};
        isOpen = true;
        calls = new OutgoingCalls(() => isOpen);
        const taken = new Set<string>();
        for (const { kind, id } of steps) {
          const messageId = `${id}`;
          if (kind === 'request' && !taken.has(messageId) && calls.request(call(messageId)))
            taken.add(messageId);
          if (kind === 'reply') calls.reply(result(messageId));
          if (kind === 'time') await vi.advanceTimersByTimeAsync(id);
          if (kind === 'shut') isOpen = false;
        }
        calls.close();
        await settle();
        expect(Object.keys(outcomes).toSorted()).toEqual([...taken].toSorted());
        for (const ends of Object.values(outcomes)) expect(ends).toHaveLength(1);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
