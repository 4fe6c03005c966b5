import { describe, expect, it } from 'vitest';
import { problem } from '../sockets/http-refusal.js';
import { route, unavailable } from './admission.js';

function statusOf(method: string, url: string): number | string | null {
  const routed = route(method, url);
  return routed.ok
    ? (routed.destination.chargePointId ?? routed.destination.endpoint)
    : routed.refusal.status;
}

describe('route', () => {
  it.each([
    ['/ingest', 'ingest'],
    ['/ingest?x=1', 'ingest'],
    ['/ocpp/CP-1', 'CP-1'],
    ['/ocpp/CP-1?token=x', 'CP-1'],
    ['/ocpp/a%2Fb', 'a/b'],
    ['/ocpp/%E2%82%AC', '€'],
    ['/ocpp/__proto__', '__proto__'],
    [`/ocpp/${'x'.repeat(255)}`, 'x'.repeat(255)],
  ])('leads %s to its endpoint', (url, destination) => {
    expect(statusOf('GET', url)).toBe(destination);
  });

  it.each([
    ['/', 404],
    ['', 404],
    ['/ingest/', 404],
    ['/INGEST', 404],
    ['/ocpp', 404],
    ['/ocpp/', 404],
    ['/ocpp/a/b', 404],
    ['/ocpp/../etc/passwd', 404],
    ['*', 404],
    ['http://elsewhere/ingest', 404],
    ['/ocpp/%', 400],
    ['/ocpp/%zz', 400],
    ['/ocpp/%C3%28', 400],
    ['/ocpp/a%00b', 400],
    ['/ocpp/%20', 400],
    ['/ocpp/%0d%0aSet-Cookie:x', 400],
    [`/ocpp/${'x'.repeat(256)}`, 400],
  ])('refuses %j with %i', (url, status) => {
    expect(statusOf('GET', url)).toBe(status);
  });

  it('knows GET only, on the paths it knows', () => {
    expect(statusOf('POST', '/ingest')).toBe(405);
    expect(statusOf('DELETE', '/ocpp/CP-1')).toBe(405);
    expect(statusOf('POST', '/elsewhere')).toBe(404);
  });
});

describe('unavailable', () => {
  it('asks different clients to come back at different times', () => {
    const hints = [0, 0.5, 0.999].map(
      (random) => unavailable('overloaded', () => random).headers?.['retry-after'],
    );
    expect(new Set(hints).size).toBe(3);
    for (const hint of hints) expect(Number(hint)).toBeGreaterThanOrEqual(1);
  });
});

describe('problem', () => {
  it('is a small problem document that says its own length', () => {
    const { headers, body } = problem(unavailable('stopping'));
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'The gateway is stopping.',
    });
    expect(headers['content-length']).toBe(String(body.length));
  });
});
