import { describe, expect, it } from 'vitest';
import { Corks, type Corkable } from './corks.js';

class Recorded implements Corkable {
  readonly calls: string[] = [];

  cork(): void {
    this.calls.push('cork');
  }

  uncork(): void {
    this.calls.push('uncork');
  }
}

const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));

describe('corks', () => {
  it('hold each socket once a turn, and let all of them go after it', async () => {
    const corks = new Corks();
    const [first, second] = [new Recorded(), new Recorded()];
    for (const socket of [first, first, second, first]) corks.hold(socket);
    expect([first.calls, second.calls]).toEqual([['cork'], ['cork']]);
    await nextTick();
    expect([first.calls, second.calls]).toEqual([
      ['cork', 'uncork'],
      ['cork', 'uncork'],
    ]);
  });

  it('hold a socket again in the next turn, also one that is written to while others are let go', async () => {
    const corks = new Corks();
    const second = new Recorded();
    const first = new (class extends Recorded {
      override uncork(): void {
        super.uncork();
        if (this.calls.length === 2) corks.hold(second);
      }
    })();
    corks.hold(first);
    expect(second.calls).toEqual([]);
    await nextTick();
    expect(second.calls).toEqual(['cork', 'uncork']);
    corks.hold(first);
    await nextTick();
    expect(first.calls).toEqual(['cork', 'uncork', 'cork', 'uncork']);
  });
});
