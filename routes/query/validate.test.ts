import { describe, expect, it } from 'vitest';
import { MAX_LIMIT } from './parameters.js';
import { chargePointParams } from './charge-points-query.js';
import { noParameters } from './no-parameters.js';
import { quarantineQuery } from './quarantine-query.js';
import { readingsQuery } from './readings-query.js';
import { validateParams, validateQuery } from './validate.js';

const readings = (query: string) => validateQuery(`/v1/readings?${query}`, readingsQuery);

/** `parameter: message` of each field at fault. */
function errorsOf(query: string): string[] {
  const validated = readings(query);
  return validated.ok
    ? []
    : (validated.problem.errors ?? []).map(({ parameter, message }) => `${parameter}: ${message}`);
}

describe('the query of readings', () => {
  it('has a default for the limit alone', () => {
    expect(readings('chargePointId=A')).toEqual({ ok: true, value: { chargePointId: ['A'], limit: 100 } });
  });

  it('reads every parameter', () => {
    const query = `chargePointId=A&chargePointId=B&chargePointId=A&from=2026-01-01&to=2026-01-02T00:00:00.5Z&connectorId=0&measurand=SoC&phase=&context=Trigger&limit=${MAX_LIMIT}`;
    expect(readings(query)).toMatchObject({
      ok: true,
      value: {
        chargePointId: ['A', 'B'],
        from: Date.UTC(2026, 0, 1),
        to: Date.UTC(2026, 0, 2, 0, 0, 0, 500),
        connectorId: 0,
        measurand: 'SoC',
        phase: '',
        context: 'Trigger',
        limit: MAX_LIMIT,
      },
    });
  });

  it.each([
    ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:00:00', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:00', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:00:00.123456%2B05:45', '2026-03-01T06:15:00.123Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('takes %s as %s, whatever the zone of the machine', (from, instant) => {
    expect(readings(`chargePointId=A&from=${from}`)).toMatchObject({ value: { from: Date.parse(instant) } });
  });

  it.each([
    '',
    'now',
    '1700000000',
    '2026-1-1',
    '2025-02-29',
    '2026-03-01T25:00:00Z',
    '2026-03-01 12:00',
    '12026-01-01',
  ])('refuses %j as a time', (from) => {
    expect(errorsOf(`chargePointId=A&from=${from}`)).toEqual([
      expect.stringMatching(/^from: expected an ISO 8601/),
    ]);
  });

  it.each(['', '0', '-1', '1.5', '1e2', ' 1', '1001', '99999999999999999999', '0x10', '١'])(
    'refuses %j as a limit',
    (limit) => {
      expect(errorsOf(`chargePointId=A&limit=${encodeURIComponent(limit)}`)).toEqual([
        `limit: expected a whole number from 1 to ${MAX_LIMIT}`,
      ]);
    },
  );

  it('names all that is wrong at once', () => {
    expect(errorsOf('limit=x&to=y&connectorId=z').map((text) => text.split(':')[0])).toEqual([
      'chargePointId',
      'to',
      'connectorId',
      'limit',
    ]);
  });

  it('refuses a range that is empty or backward', () => {
    for (const to of ['2026-01-01', '2025-12-31']) {
      expect(errorsOf(`chargePointId=A&from=2026-01-01&to=${to}`)).toEqual([
        'from: from must be before to (the range is half-open)',
      ]);
    }
  });

  it('refuses more charge points than one read takes', () => {
    const query = Array.from({ length: 101 }, (_, at) => `chargePointId=${at}`).join('&');
    expect(errorsOf(query)).toEqual(['chargePointId: given more than 100 times']);
  });

  it('counts characters, not UTF-16 units', () => {
    const plugs = encodeURIComponent('\u{1f50c}'.repeat(255));
    expect(readings(`chargePointId=${plugs}`).ok).toBe(true);
    expect(readings(`chargePointId=${plugs}x`).ok).toBe(false);
  });
});

describe('validation', () => {
  it('refuses unknown names, shortened, with those that are known', () => {
    const validated = validateQuery(`/v1/quarantine?${'x'.repeat(1_000)}=1`, quarantineQuery);
    expect(validated.ok ? [] : validated.problem.errors).toEqual([
      {
        parameter: `${'x'.repeat(60)}…`,
        message: 'unknown; known are status, reason, chargePointId, from, to, limit, cursor',
      },
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes %s for the unknown name that it is', (name) => {
    expect(validateQuery(`/v1/stats?${name}=1`, noParameters)).toMatchObject({
      ok: false,
      problem: { status: 400, errors: [{ parameter: name }] },
    });
  });

  it('judges the parameters of a path too', () => {
    expect(validateParams({ id: 'CP 1' }, chargePointParams)).toEqual({ ok: true, value: { id: 'CP 1' } });
    expect(validateParams({ id: 'a\u0007' }, chargePointParams)).toMatchObject({
      problem: { errors: [{ parameter: 'id' }] },
    });
  });
});
