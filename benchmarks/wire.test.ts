import { describe, expect, it } from 'vitest';
import { AnswerReader, ocppFrame } from './wire.js';

const text = (content: string): Buffer => {
  const payload = Buffer.from(content);
  const head =
    payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from(head), payload]);
};

function readInPieces(
  stream: Buffer,
  size: number,
): { answers: boolean[]; pings: string[]; closes: string[] } {
  const answers: boolean[] = [];
  const pings: string[] = [];
  const closes: string[] = [];
  const reader = new AnswerReader(
    (accepted) => answers.push(accepted),
    (payload) => pings.push(payload.toString()),
    (reason) => closes.push(reason),
  );
  for (let at = 0; at < stream.length; at += size) reader.read(stream.subarray(at, at + size));
  return { answers, pings, closes };
}

describe('wire of the load client', () => {
  const stream = Buffer.concat([
    text('[3,"m1",{}]'),
    Buffer.from([0x89, 2, 0x68, 0x69]),
    text('{"id":"m2","status":"accepted"}'),
    text(`[4,"m3","InternalError","${'x'.repeat(200)}",{}]`),
    text('{"id":"m4","status":"retry","retryAfterMs":1000}'),
    Buffer.from([0x88, 4, 0x03, 0xf4, 0x6f, 0x6b]),
  ]);

  it.each([1, 2, 3, 7, 1_000])(
    'finds every answer, ping and close when they come in pieces of %i bytes',
    (size) => {
      expect(readInPieces(stream, size)).toEqual({
        ...{ answers: [true, true, false, false], pings: ['hi'], closes: ['ok'] },
      });
    },
  );

  it('masks what it sends', () => {
    const frame = ocppFrame('m1', '{}');
    const [opcode, length = 0, ...rest] = frame;
    const mask = rest.slice(0, 4);
    const payload = Buffer.from(rest.slice(4).map((byte, index) => byte ^ (mask[index & 3] ?? 0)));

    expect(opcode).toBe(0x81);
    expect(length & 0x80).toBe(0x80);
    expect(payload.toString()).toBe('[2,"m1","MeterValues",{}]');
  });
});
