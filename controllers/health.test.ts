import { describe, expect, it } from 'vitest';
import { healthController } from './health.js';

describe('health', () => {
  it('is a yes while the database answers', async () => {
    expect(await healthController({ ping: () => Promise.resolve() }).show()).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
  });

  it.each([
    ['refuses', () => Promise.reject(new Error('down'))],
    ['never answers', () => new Promise<void>(() => undefined)],
  ])('is a no within its deadline when the database %s', async (_, ping) => {
    expect(await healthController({ ping }, 10).show()).toMatchObject({
      status: 503,
      body: { status: 'unavailable', database: 'unavailable' },
    });
  });
});
