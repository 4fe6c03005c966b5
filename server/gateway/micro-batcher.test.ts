import fc from 'fast-check';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { Outcome } from '../../protocol/charger-protocol.js';
import type { LogMessage } from '../broker/message-log.js';
import { MicroBatcher, type MicroBatcherOptions, type OutcomeListener } from './micro-batcher.js';

const logger = pino({ level: 'silent' });

/** A log whose writes end when the test says so. */
class ControlledLog {
  readonly sends: { messages: readonly LogMessage[]; end(error?: Error): void; ended: boolean }[] = [];
  publish(messages: readonly LogMessage[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const send = {
        messages: [...messages],
        ended: false,
        end(error?: Error) {
          send.ended = true;
          if (error) reject(error);
          else resolve();
        },
      };
      this.sends.push(send);
    });
  }
  get open() {
    return this.sends.filter((send) => !send.ended);
  }
}

class Recorder implements OutcomeListener {
  readonly outcomes = new Map<number, Outcome[]>();
  settle(index: number, outcome: Outcome): void {
    this.outcomes.set(index, [...(this.outcomes.get(index) ?? []), outcome]);
  }
  kinds(): (string | undefined)[] {
    return [...this.outcomes].sort(([a], [b]) => a - b).map(([, [first]]) => first?.kind);
  }
}

const OPTIONS: MicroBatcherOptions = {
  lingerMs: 5,
  maxMessages: 4,
  maxBytes: 100,
  publishTimeoutMs: 1_000,
  maxSends: 2,
};

function setUp(options: Partial<MicroBatcherOptions> = {}) {
  const log = new ControlledLog();
  const recorder = new Recorder();
  const batcher = new MicroBatcher(log, { ...OPTIONS, ...options }, logger);
  let next = 0;
  const submit = (value = 'v'): number => {
    batcher.submit({ key: 'k', value }, recorder, next);
    return next++;
  };
  const sizes = () => log.sends.map(({ messages }) => messages.length);
  return { log, recorder, batcher, submit, sizes };
}

describe('MicroBatcher', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const settled = () => vi.advanceTimersByTimeAsync(0);

  it('sends what came within the linger as one write', () => {
    const { submit, sizes } = setUp();
    submit();
    submit();
    vi.advanceTimersByTime(4);
    expect(sizes()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sizes()).toEqual([2]);
  });

  it('sends at once by count and by bytes, and a larger message alone', () => {
    const { submit, sizes } = setUp();
    for (let message = 0; message < 4; message++) submit();
    expect(sizes()).toEqual([4]);
    submit('x'.repeat(60));
    submit('y'.repeat(500));
    expect(sizes()).toEqual([4, 1]);
  });

  it('says durable only after the log confirmed the write', async () => {
    const { submit, log, recorder } = setUp();
    submit();
    vi.advanceTimersByTime(5);
    await settled();
    expect(recorder.kinds()).toEqual([]);
    log.sends[0]?.end();
    await settled();
    expect(recorder.kinds()).toEqual(['durable']);
  });

  it('says unavailable, with hints that differ, when the log refuses', async () => {
    const { submit, log, recorder } = setUp();
    for (let message = 0; message < 4; message++) submit();
    log.sends[0]?.end(new MeterpulseError('LOG_UNAVAILABLE', 'down'));
    await settled();
    const hints = [...recorder.outcomes.values()]
      .flat()
      .map((outcome) => outcome.kind === 'unavailable' && outcome.retryAfterMs);
    expect(new Set(hints).size).toBeGreaterThan(1);
    for (const hint of hints) expect(hint).toBeGreaterThanOrEqual(1_000);
  });

  it('takes no more than its sends at once, and fills the open batch meanwhile', async () => {
    const { submit, log, sizes } = setUp();
    submit();
    vi.advanceTimersByTime(5);
    submit();
    vi.advanceTimersByTime(5);
    submit();
    vi.advanceTimersByTime(50);
    submit();
    submit();
    expect(sizes()).toEqual([1, 1]);
    log.sends[0]?.end();
    await settled();
    expect(sizes()).toEqual([1, 1, 3]);
  });

  it('answers unavailable in time although the log never answers, and never sends what it gave up', async () => {
    const { submit, log, recorder, sizes } = setUp({ maxSends: 1 });
    submit();
    vi.advanceTimersByTime(5);
    for (let message = 0; message < 6; message++) submit();
    vi.advanceTimersByTime(1_000);
    expect(recorder.kinds()).toEqual(Array(7).fill('unavailable'));
    log.sends[0]?.end();
    await settled();
    expect(sizes()).toEqual([1]);
    expect([...recorder.outcomes.values()].every((outcomes) => outcomes.length === 1)).toBe(true);
  });

  it('finds the message the log refuses for its size and spares its neighbours', async () => {
    const { recorder } = setUp();
    const log = {
      publish: (messages: readonly LogMessage[]) =>
        messages.some(({ value }) => value === 'large')
          ? Promise.reject(new MeterpulseError('LOG_MESSAGE_TOO_LARGE', 'too large'))
          : Promise.resolve(),
    };
    const batcher = new MicroBatcher(log, OPTIONS, logger);
    for (const [index, value] of ['a', 'b', 'large', 'c'].entries())
      batcher.submit({ key: 'k', value }, recorder, index);
    await settled();
    expect(recorder.kinds()).toEqual(['durable', 'durable', 'unavailable', 'durable']);
  });

  it('gives every message exactly one outcome, true to the log, in whatever order things happen', async () => {
    type Step =
      | { readonly do: 'submit'; readonly bytes: number }
      | { readonly do: 'wait'; readonly ms: number }
      | { readonly do: 'end'; readonly which: number; readonly how: 'ok' | 'down' | 'large' }
      | { readonly do: 'flush' };
    const step: fc.Arbitrary<Step> = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant('submit' as const), bytes: fc.integer({ min: 1, max: 150 }) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 400 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('end' as const),
          which: fc.nat(10),
          how: fc.constantFrom('ok' as const, 'ok' as const, 'down' as const, 'large' as const),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { log, recorder, batcher } = setUp();
        let submitted = 0;
        const confirmed = new Set<number>();
        const end = (which: number, how: 'ok' | 'down' | 'large') => {
          const send = log.open[which % Math.max(1, log.open.length)];
          if (send === undefined) return;
          if (how === 'ok') for (const { key } of send.messages) confirmed.add(Number(key));
          if (how === 'ok') send.end();
          else
            send.end(new MeterpulseError(how === 'down' ? 'LOG_UNAVAILABLE' : 'LOG_MESSAGE_TOO_LARGE', how));
        };
        for (const one of steps) {
          if (one.do === 'submit') {
            const key = String(submitted);
            batcher.submit({ key, value: 'x'.repeat(one.bytes) }, recorder, submitted++);
          } else if (one.do === 'wait') await vi.advanceTimersByTimeAsync(one.ms);
          else if (one.do === 'end') {
            end(one.which, one.how);
            await settled();
          } else batcher.flush();
          expect(log.open.length).toBeLessThanOrEqual(2);
          expect(batcher.sendsUnderWay).toBe(log.open.length);
        }
        for (let rest = 0; rest < 200 && recorder.outcomes.size < submitted; rest++) {
          end(0, 'ok');
          await vi.advanceTimersByTimeAsync(100);
        }
        while (log.open.length > 0) {
          end(0, 'ok');
          await settled();
        }

        expect(recorder.outcomes.size).toBe(submitted);
        for (const [index, outcomes] of recorder.outcomes) {
          expect(outcomes).toHaveLength(1);
          if (outcomes[0]?.kind === 'durable') expect(confirmed.has(index)).toBe(true);
        }
        for (const { messages } of log.sends) {
          expect(messages.length).toBeLessThanOrEqual(4);
          const bytes = messages.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
          expect(messages.length === 1 || bytes <= 100).toBe(true);
        }
        const inOrder = log.sends.every(({ messages }) =>
          messages.every(({ key }, at) => at === 0 || Number(key) > Number(messages[at - 1]?.key)),
        );
        expect(inOrder).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
