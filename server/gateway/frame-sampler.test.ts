import { Writable } from 'node:stream';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { FrameSampler } from './frame-sampler.js';

describe('FrameSampler', () => {
  it('logs one frame a second at most, cut to 200 characters, and says how many it left out', () => {
    const lines: { frame: string; leftOut: number }[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(JSON.parse(chunk.toString()) as { frame: string; leftOut: number });
        done();
      },
    });
    let now = 10_000;
    const sampler = new FrameSampler(pino(sink), () => now);
    const facts = { chargePointId: null, peer: '127.0.0.1', reason: 'invalid_json' };
    for (let frame = 0; frame < 500; frame++) sampler.sample('\u0000x'.repeat(1_000), facts);
    now += 1_000;
    sampler.sample('second', facts);
    expect(lines.map(({ frame, leftOut }) => [frame.length, leftOut])).toEqual([
      [200, 0],
      [6, 499],
    ]);
  });
});
