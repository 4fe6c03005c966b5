import { describe, expect, it } from 'vitest';
import type { QuarantinedPart } from './quarantined-part.js';
import { redrive } from './redrive.js';

const part: QuarantinedPart = {
  id: 12,
  status: 'open',
  reason: 'invalid_value',
  detail: 'value is "abc"',
  chargePointId: 'CP-1',
  protocol: 'json',
  messageId: 'm7',
  path: '/meterValue/0/sampledValue/2',
  raw: '{}',
  rawEncoding: 'utf8',
  rawBytes: 2,
  truncated: false,
  rawKind: 'meterValues',
  receivedAt: '2026-03-10T06:12:00.000Z',
  redrivenAt: null,
  resolvedAt: null,
  source: { topic: 'meter-readings', partition: 3, offset: 1041 },
};

/** Answers the POST, then shows the part as it is at each look. */
function server(looks: readonly QuarantinedPart[]) {
  const asked: string[] = [];
  let at = 0;
  const ask = <Answer>(path: string, { method = 'GET' }: { method?: 'GET' | 'POST' }) => {
    asked.push(`${method} ${path}`);
    return Promise.resolve((method === 'POST' ? {} : (looks[at++] ?? looks.at(-1))) as Answer);
  };
  return { ask, asked };
}

const go = (looks: readonly QuarantinedPart[]) => {
  const { ask, asked } = server(looks);
  const outcome = redrive(part, new AbortController().signal, ask, () => Promise.resolve());
  return { outcome, asked };
};

describe('sending a part again', () => {
  it('ends when something good has come of it', async () => {
    const resolved = { ...part, status: 'resolved', redrivenAt: '2026-03-10T07:00:00.000Z' } as const;
    const { outcome, asked } = go([part, resolved]);
    expect(await outcome).toEqual({ kind: 'resolved', part: resolved });
    expect(asked).toEqual(['POST v1/quarantine/12/redrive', 'GET v1/quarantine/12', 'GET v1/quarantine/12']);
  });

  it('ends when it was refused again, with the reason of now', async () => {
    const refused = { ...part, reason: 'partition_limit', redrivenAt: '2026-03-10T07:00:00.000Z' };
    expect(await go([part, refused]).outcome).toEqual({ kind: 'refused', part: refused });
  });

  it('does not look for ever', async () => {
    const { outcome, asked } = go([part]);
    expect(await outcome).toEqual({ kind: 'waiting' });
    expect(asked).toHaveLength(7);
  });
});
