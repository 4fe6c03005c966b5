import { describe, expect, it } from 'vitest';
import { ocppSample } from '../../tests/harness/ocpp-sample.js';
import { OCPP_16 } from '../ocpp16/ocpp16-protocol.js';
import { OCPP_201 } from '../ocpp201/ocpp201-protocol.js';
import { encodeCall } from './encode-call.js';
import { judgeReply, MAX_REPLY_NOTES } from './judge-reply.js';
import type { OcppVersion } from './ocpp-version.js';

const CALLS = [OCPP_16, OCPP_201].flatMap((version) =>
  [...version.calls].map((action): [string, string, OcppVersion] => [version.name, action, version]),
);

describe.each(CALLS)('a call of %s %s', (_name, action, version) => {
  const { schema } = version.schemas.request(action);

  it('goes over the wire when its payload is to the letter', () => {
    for (const fields of ['required', 'all'] as const) {
      const payload = ocppSample(schema, fields);
      const encoded = encodeCall(version, 'm1', action, payload);
      expect(encoded).toEqual({ ok: true, text: JSON.stringify([2, 'm1', action, payload]) });
    }
  });

  it('is refused where it is not, by the place', () => {
    const sample = ocppSample(schema, 'required');
    for (const field of schema.required ?? []) {
      expect(encodeCall(version, 'm1', action, { ...sample, [field]: undefined })).toMatchObject({
        ...{ ok: false, fault: 'invalid_payload', path: `/${field}`, detail: `${field} is required` },
      });
    }
    expect(encodeCall(version, 'm1', action, { ...sample, 'a/b': 1 })).toMatchObject({
      ...{ ok: false, fault: 'invalid_payload', path: '/a~1b' },
    });
    for (const payload of [null, [], 'text', 7]) {
      expect(encodeCall(version, 'm1', action, payload)).toMatchObject({
        ...{ ok: false, fault: 'invalid_payload', path: '' },
      });
    }
  });

  it('is answered to the letter, or with notes', () => {
    const { schema: response } = version.schemas.response(action);
    expect(judgeReply(version, action, ocppSample(response, 'all'))).toEqual([]);
    expect(judgeReply(version, action, { ...ocppSample(response, 'required'), x: 1 })).toEqual([
      'x is no field of this message',
    ]);
    expect(judgeReply(version, action, 'text')).toEqual(['the payload is not an object']);
  });
});

describe('a call', () => {
  it('has an empty payload when none is given', () => {
    expect(encodeCall(OCPP_16, 'm1', 'ClearCache', undefined)).toEqual({
      ...{ ok: true, text: '[2,"m1","ClearCache",{}]' },
    });
  });

  it.each([
    [OCPP_16, 'GetVariables'],
    [OCPP_16, 'MeterValues'],
    [OCPP_16, '__proto__'],
    [OCPP_201, 'ChangeConfiguration'],
    [OCPP_201, ''],
  ])('of an action that no server calls is refused: %o %s', (version, action) => {
    expect(encodeCall(version, 'm1', action, {})).toMatchObject({ ok: false, fault: 'unknown_action' });
    expect(judgeReply(version, action, {})).toEqual([]);
  });

  it.each<[OcppVersion, string, unknown, string, string]>([
    [OCPP_16, 'Reset', { type: 'Warm' }, '/type', 'type: must be one of "Hard", "Soft"'],
    [OCPP_16, 'UnlockConnector', { connectorId: '1' }, '/connectorId', 'connectorId: must be integer'],
    [
      OCPP_201,
      'GetVariables',
      { getVariableData: [{ component: { name: 'c' }, variable: {} }] },
      '/getVariableData/0/variable/name',
      'getVariableData.0.variable.name is required',
    ],
    [OCPP_201, 'GetVariables', { getVariableData: [] }, '/getVariableData', 'fewer than 1'],
  ])('names the place that is at fault: %o %s with %j', (version, action, payload, path, detail) => {
    expect(encodeCall(version, 'm1', action, payload)).toMatchObject({
      ...{ ok: false, path, detail: expect.stringContaining(detail) as string },
    });
  });

  it('takes limits in tenths, as a schedule has them', () => {
    const period = { startPeriod: 0, limit: 16.3 };
    const chargingSchedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [period] };
    const csChargingProfiles = {
      ...{ chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: 'TxProfile' },
      ...{ chargingProfileKind: 'Absolute', chargingSchedule },
    };
    const payload = { connectorId: 1, csChargingProfiles };
    expect(encodeCall(OCPP_16, 'm1', 'SetChargingProfile', payload).ok).toBe(true);
    period.limit = 16.35;
    expect(encodeCall(OCPP_16, 'm1', 'SetChargingProfile', payload)).toMatchObject({
      ...{ ok: false, path: '/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/0/limit' },
    });
  });

  it('that is nested too deep is refused', () => {
    let data: unknown = {};
    for (let level = 0; level < 40; level++) data = [data];
    expect(encodeCall(OCPP_201, 'm1', 'DataTransfer', { vendorId: 'x', data })).toMatchObject({
      ...{ ok: false, fault: 'invalid_payload', detail: expect.stringContaining('nested') as string },
    });
  });

  it('has a few notes on its reply, however much is wrong with it', () => {
    const configurationKey = Array.from({ length: 30_000 }, () => ({}));
    expect(judgeReply(OCPP_16, 'GetConfiguration', { configurationKey })).toHaveLength(MAX_REPLY_NOTES);
  });
});
