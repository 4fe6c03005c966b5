import { describe, expect, it } from 'vitest';
import { publishing } from './publishing.js';

const content = [1, 2, 3].map((key) => ({ key: String(key), value: '' }));

describe('publishing', () => {
  it('sends as many messages as were asked for, in sends of one size and a rest, from content that goes round', async () => {
    const sends: string[] = [];
    const request = { messages: 7, perSend: 3, underWay: 2 };

    const { messages } = await publishing(content, request, (send) => {
      sends.push(send.map(({ key }) => key).join(''));
      return Promise.resolve();
    });

    expect(sends).toEqual(['123', '123', '1']);
    expect(messages).toBe(7);
  });

  it('has no more sends under way than it may', async () => {
    let [underWay, most] = [0, 0];

    await publishing(content, { messages: 50, perSend: 1, underWay: 4 }, async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    });

    expect(most).toBe(4);
  });

  it('rejects when there is nothing to send', async () => {
    const request = { messages: 1, perSend: 1, underWay: 1 };

    await expect(publishing([], request, () => Promise.resolve())).rejects.toThrow('nothing to publish');
  });
});
