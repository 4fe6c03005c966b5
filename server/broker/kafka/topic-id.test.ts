import { describe, expect, it } from 'vitest';
import { decodeTopicId, encodeTopicRequest } from './topic-id.js';

const ID = '00112233445566778899aabbccddeeff';

/** An answer of Metadata 12 of one broker, after its correlation id. */
function answer({ error = 0, id = ID, rack = '00', topics = 1 } = {}): Buffer {
  const broker = `00000001 0a${Buffer.from('127.0.0.1').toString('hex')} 00002384 ${rack} 00`;
  const topic = `${error.toString(16).padStart(4, '0')} 0274 ${id} 00 01 00000000 00`;
  const text = `00 00000000 02 ${broker} 05${Buffer.from('clus').toString('hex')} 00000001 ${topics === 1 ? `02 ${topic}` : '01'} 00`;
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

describe('the id of a topic', () => {
  it.each([
    ['a broker without a rack', {}],
    ['a broker with one', { rack: '036162' }],
  ])('is read behind %s', (_, options) => {
    expect(decodeTopicId(answer(options))).toBe(ID);
  });

  it('is none where the topic is unknown, is not told of, or has no id', () => {
    expect(decodeTopicId(answer({ error: 3 }))).toBeNull();
    expect(decodeTopicId(answer({ topics: 0 }))).toBeNull();
    expect(decodeTopicId(answer({ id: '0'.repeat(32) }))).toBeNull();
  });

  it('is not guessed from an answer that is cut short', () => {
    const whole = answer();
    for (const length of [0, 1, 5, 12, 30, whole.length - 30]) {
      expect(() => decodeTopicId(whole.subarray(0, length))).toThrow(RangeError);
    }
  });

  it('is asked for by a name of any length, whose length takes one byte or two', () => {
    expect(encodeTopicRequest('t').toString('hex')).toBe(`0002${'00'.repeat(16)}0274${'00'.repeat(4)}`);
    const long = encodeTopicRequest('x'.repeat(249));
    expect(long.subarray(18, 20).toString('hex')).toBe('fa01');
    expect(long).toHaveLength(18 + 2 + 249 + 4);
  });
});
