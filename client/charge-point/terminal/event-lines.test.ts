import { describe, expect, it } from 'vitest';
import pc from 'picocolors';
import type { Answer, Exchange } from '../station/message.js';
import { typedMessage } from '../station/messages.js';
import { EventLines } from './event-lines.js';
import { displayWidth, wrapped } from './layout.js';

const now = (): number => Date.parse('2026-03-10T06:00:00Z');
const plain = (width = Infinity): EventLines =>
  new EventLines({ colors: pc.createColors(false), width: () => width, now });

const EXCHANGE: Exchange = {
  message: typedMessage('MeterValues', '{"connectorId":1}'),
  ...{ number: 1, attempt: 1, id: 'm1', sentPayload: null, settled: new Promise<Answer>(() => undefined) },
};
const REJECTED: Answer = {
  verdict: 'rejected',
  taken: false,
  latencyMs: 3.14159,
  code: 'invalid_value',
  description: 'the value is no number',
  path: '/payload',
  payload: {},
};

describe('what happens, as lines', () => {
  it('has verdict, latency, message and reason in columns', () => {
    expect(plain().of({ type: 'answered', exchange: EXCHANGE, answer: REJECTED, note: '' })).toEqual([
      '06:00:00  rejected     3.1 ms  m1    MeterValues         {"connectorId":1}  → invalid_value: the value is no number at /payload',
    ]);
  });

  it.each([40, 60, 80, 120])('keeps within %i columns', (width) => {
    const lines = plain(width).of({
      type: 'answered',
      exchange: EXCHANGE,
      answer: REJECTED,
      note: 'x'.repeat(300),
    });
    for (const line of lines) expect(displayWidth(line)).toBeLessThan(width);
  });

  it('lets no text of the server command the terminal', () => {
    const text = '\u001b[2J\u0007\u202eevil\r\n';
    for (const line of [
      ...plain().of({ type: 'unexpected', text }),
      ...plain().of({ type: 'called', action: text, payload: text, answeredBy: 'NotImplemented' }),
      ...plain().of({ type: 'refused', url: 'ws://x', status: 404, detail: text }),
      ...plain().of({ type: 'closed', code: 1011, reason: text, wanted: false, waiting: 0 }),
    ])
      expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('tells of a server that is away once', () => {
    const lines = plain();
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const event = { type: 'connectionFailed', url: 'ws://127.0.0.1:3000/', cause, retryInMs: 1_200 } as const;
    expect(lines.of(event).join()).toContain('nothing listens at 127.0.0.1:3000');
    expect(lines.of(event)).toEqual([]);
    lines.of({ type: 'connecting' });
    expect(lines.of(event)).toHaveLength(1);
  });

  it('shows frames only when asked to', () => {
    const lines = plain();
    const event = { type: 'frame', direction: 'sent', text: '[2]' } as const;
    expect(lines.of(event)).toEqual([]);
    lines.framesShown = true;
    expect(lines.of(event).join()).toContain('[2]');
  });
});

describe('wrapping', () => {
  it('breaks between words, and within one that is too long', () => {
    expect(wrapped('ab cd efghij', 5)).toEqual(['ab cd', 'efghi', 'j']);
    expect(wrapped('漢字漢字', 4)).toEqual(['漢字', '漢字']);
    expect(wrapped('', 5)).toEqual(['']);
  });
});
