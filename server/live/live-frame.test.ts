import * as ws from 'ws';
import { describe, expect, it } from 'vitest';
import { LiveFrame } from './live-frame.js';

/** Its declarations leave the sender out. */
const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } };

describe('LiveFrame', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000])(
    'is what ws makes of %i bytes of text',
    (length) => {
      const text = 'ä'.repeat(length >> 1) + 'a'.repeat(length & 1);
      const frame = new LiveFrame(text, 1);
      const expected = Buffer.concat(
        Sender.frame(Buffer.from(text), { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: false }),
      );
      expect(frame.bytes.equals(expected)).toBe(true);
      expect(frame.payload.toString()).toBe(text);
    },
  );
});
