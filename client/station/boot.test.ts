import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../tests/harness/manual-clock.js';
import { Boot } from './boot.js';
import { judgeResult, withoutAnswer } from './judge-answer.js';

function setUp() {
  const clock = new ManualClock();
  const told: string[] = [];
  const boot = new Boot(clock, () => 0, {
    send: () => told.push(`boot at ${clock.at}`),
    accepted: (intervalS) => told.push(`accepted ${intervalS}`),
    silent: () => told.push('silent'),
  });
  const answer = (payload: Readonly<Record<string, unknown>>): void =>
    boot.heard('BootNotification', judgeResult(payload, 1));
  return { clock, told, boot, answer };
}

describe('the boot', () => {
  it('is done once it is accepted', () => {
    const { told, boot, answer } = setUp();
    boot.begin();
    answer({ status: 'Accepted', interval: 60, currentTime: 'now' });
    expect(told).toEqual(['boot at 0', 'accepted 60']);
    expect(boot.done).toBe(true);
  });

  it.each(['Pending', 'Rejected'])('is tried again after the interval that comes with %s', (status) => {
    const { clock, told, boot, answer } = setUp();
    boot.begin();
    answer({ status, interval: 20 });
    clock.pass(19_999);
    expect(told).toEqual(['boot at 0']);
    clock.pass(1);
    expect(told).toEqual(['boot at 0', 'boot at 20000']);
    expect(boot.done).toBe(false);
  });

  it.each([{}, { status: 7 }, { status: 'Pending', interval: 0 }, { status: 'Pending', interval: 'soon' }])(
    'is tried again half a minute after %j',
    (payload) => {
      const { clock, told, boot, answer } = setUp();
      boot.begin();
      answer(payload);
      clock.pass(30_000);
      expect(told).toEqual(['boot at 0', 'boot at 30000']);
    },
  );

  it('needs another connection when nobody answers', () => {
    const { told, boot } = setUp();
    boot.begin();
    boot.heard('BootNotification', withoutAnswer('unanswered', 'no answer', ''));
    expect(told).toEqual(['boot at 0', 'silent']);
  });

  it('waits for nothing any more when the connection is gone', () => {
    const { clock, told, boot, answer } = setUp();
    boot.begin();
    answer({ status: 'Pending', interval: 20 });
    boot.stop();
    clock.pass(100_000);
    expect(told).toEqual(['boot at 0']);
  });

  it('that the server asked for takes the new interval, and needs no second try', () => {
    const { clock, told, boot, answer } = setUp();
    boot.begin();
    answer({ status: 'Accepted', interval: 60 });
    boot.begin();
    answer({ status: 'Accepted', interval: 90 });
    boot.begin();
    answer({ status: 'Pending', interval: 5 });
    clock.pass(60_000);
    expect(told).toEqual(['boot at 0', 'accepted 60', 'boot at 0', 'accepted 90', 'boot at 0']);
  });
});
