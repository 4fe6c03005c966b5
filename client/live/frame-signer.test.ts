import { describe, expect, it } from 'vitest';
import { sessionBegin, SignedFrames } from '../../server/access/signed-frames.js';
import { FrameSigner } from './frame-signer.js';

const SECRET = `ms_${'a'.repeat(43)}`;

describe('a signer of frames', () => {
  it('is believed by the server, frame after frame, whatever the text', () => {
    const signer = new FrameSigner(SECRET);
    const session = signer.headers['meterpulse-session'];
    const server = new SignedFrames([SECRET], session);
    for (const text of ['{}', '', 'ä "\n\u2028 \u{1F50C}', '[1]'])
      expect(server.open(signer.sign(text))).toEqual({ ok: true, text });
    expect(new SignedFrames([`ms_${'b'.repeat(43)}`], session).open(signer.sign('{}')).ok).toBe(false);
  });

  it('has a session of its own that begins now, and tells nothing of the secret', () => {
    const before = Date.now();
    const [one, other] = [new FrameSigner(SECRET), new FrameSigner(SECRET)];
    expect(one.headers).not.toEqual(other.headers);
    const begin = sessionBegin(one.headers['meterpulse-session']) ?? NaN;
    expect(begin).toBeGreaterThanOrEqual(before);
    expect(begin).toBeLessThanOrEqual(Date.now());
    expect(one.sign('{}') + JSON.stringify(one)).not.toContain(SECRET);
  });
});
