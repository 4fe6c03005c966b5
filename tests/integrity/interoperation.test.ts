import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pythonEnvironment, pythonUnavailable } from '../harness/python-environment.js';
import type { ForeignChargePoint, OcppVersionName } from './interoperation/foreign-charge-point.js';
import { startOcppRpcChargePoint } from './interoperation/ocpp-rpc-charge-point.js';
import { startPythonChargePoint } from './interoperation/python-charge-point.js';
import { System } from './system/system.js';
import { until } from './until.js';

const MINUTE_MS = 60_000;
const noPython = pythonUnavailable();
if (noPython !== undefined) console.warn(`The charge points of Python are skipped: ${noPython}`);

const LIBRARIES = [
  { library: 'ocpp-rpc', start: startOcppRpcChargePoint, isMissing: false },
  { library: 'ocpp for Python', start: startPythonChargePoint, isMissing: noPython !== undefined },
] as const;

interface Command {
  readonly action: string;
  readonly payload: object;
  readonly answer: unknown;
}

const heartbeatInterval = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };
/** Every call that the API offers, and what the charge points answer. */
const COMMANDS: Readonly<Record<OcppVersionName, readonly Command[]>> = {
  '1.6': [
    { action: 'Reset', payload: { type: 'Soft' }, answer: { status: 'Accepted' } },
    { action: 'TriggerMessage', payload: { requestedMessage: 'Heartbeat' }, answer: { status: 'Accepted' } },
    {
      action: 'GetConfiguration',
      payload: { key: ['HeartbeatInterval', 'NoSuchKey'] },
      answer: {
        configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
        unknownKey: ['NoSuchKey'],
      },
    },
    {
      ...{ action: 'ChangeConfiguration', payload: { key: 'HeartbeatInterval', value: '600' } },
      answer: { status: 'Accepted' },
    },
    {
      ...{ action: 'RemoteStartTransaction', payload: { idTag: 'TAG-2', connectorId: 1 } },
      answer: { status: 'Accepted' },
    },
    { action: 'RemoteStopTransaction', payload: { transactionId: 17 }, answer: { status: 'Rejected' } },
    { action: 'UnlockConnector', payload: { connectorId: 1 }, answer: { status: 'Unlocked' } },
    {
      ...{ action: 'DataTransfer', payload: { vendorId: 'acme', data: 'ping' } },
      answer: { status: 'Accepted', data: 'pong' },
    },
  ],
  '2.0.1': [
    { action: 'Reset', payload: { type: 'OnIdle' }, answer: { status: 'Accepted' } },
    { action: 'TriggerMessage', payload: { requestedMessage: 'Heartbeat' }, answer: { status: 'Accepted' } },
    {
      ...{ action: 'GetVariables', payload: { getVariableData: [heartbeatInterval] } },
      answer: {
        getVariableResult: [{ ...heartbeatInterval, attributeStatus: 'Accepted', attributeValue: '300' }],
      },
    },
    {
      action: 'SetVariables',
      payload: { setVariableData: [{ ...heartbeatInterval, attributeValue: '600' }] },
      answer: { setVariableResult: [{ ...heartbeatInterval, attributeStatus: 'Accepted' }] },
    },
    {
      action: 'RequestStartTransaction',
      payload: { remoteStartId: 1, idToken: { idToken: 'TAG-2', type: 'ISO14443' } },
      answer: { status: 'Accepted' },
    },
    { action: 'RequestStopTransaction', payload: { transactionId: 'none' }, answer: { status: 'Rejected' } },
    { action: 'UnlockConnector', payload: { evseId: 1, connectorId: 1 }, answer: { status: 'Unlocked' } },
    {
      ...{ action: 'DataTransfer', payload: { vendorId: 'acme', data: 'ping' } },
      answer: { status: 'Accepted', data: 'pong' },
    },
  ],
};

const VERSIONS = ['1.6', '2.0.1'] as const satisfies readonly OcppVersionName[];

describe('charge points by libraries that are not ours', () => {
  let system: System;
  const charging: ForeignChargePoint[] = [];
  beforeAll(async () => {
    if (noPython === undefined) await pythonEnvironment();
    system = await System.start({ brokers: null });
  });
  afterEach(async () => {
    for (const each of charging.splice(0)) await each.dispose();
  });
  afterAll(() => system.dispose());

  /** Readings of the session as the API has them, once there are `count`. */
  async function readings(identity: string, count: number): Promise<readonly Record<string, unknown>[]> {
    return until(`${count} readings of ${identity} are there`, async () => {
      const { items } = await system.ask<{ items: Record<string, unknown>[] }>(
        `/v1/readings?chargePointId=${identity}&limit=1000`,
      );
      if (items.length < count) throw new Error(JSON.stringify(items));
      return items;
    });
  }

  for (const { library, start, isMissing } of LIBRARIES) {
    it.skipIf(isMissing).each(VERSIONS)(
      `${library}: charges by OCPP %s, is called meanwhile, and all of it is in the API`,
      async (version) => {
        const identity = `${library.slice(0, 6).trim()}-${version}`.replaceAll(' ', '');
        const beganAt = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 90 * MINUTE_MS;
        const chargePoint = await start(version, system.gatewayUrl, identity, beganAt);
        charging.push(chargePoint);

        await until('the API knows of its connection', async () => {
          const connection = await system.ask<{ state: string }>(`/v1/charge-points/${identity}/connection`);
          return connection.state === 'connected';
        });
        for (const { action, payload, answer } of COMMANDS[version]) {
          expect(
            await system.ask(`/v1/charge-points/${identity}/commands`, {
              action,
              payload,
              timeoutMs: 20_000,
            }),
          ).toMatchObject({ action, state: 'answered', payload: answer });
        }
        await chargePoint.finish();

        const at = (minutes: number): string => new Date(beganAt + minutes * MINUTE_MS).toISOString();
        const { transactionId } = chargePoint;
        const items = await readings(identity, EXPECTED_READINGS[version]);
        const register = items
          .filter(({ measurand }) => measurand === 'Energy.Active.Import.Register')
          .map(({ timestamp, value }) => `${String(timestamp)} ${String(value)}`);
        expect(new Set(register)).toEqual(
          new Set([`${at(0)} 1000`, `${at(15)} 1500`, `${at(30)} 2250`, `${at(45)} 3000`]),
        );
        const power = items.filter(
          ({ measurand, value }) => measurand === 'Power.Active.Import' && value === 11_000,
        );
        expect(power.map(({ timestamp }) => timestamp)).toEqual(expect.arrayContaining([at(15), at(30)]));
        for (const item of items.filter(({ measurand }) => measurand !== 'Voltage')) {
          expect(item).toMatchObject({ ...PLACE[version], transactionId });
        }
        const session = await until('the session is there, ended', async () => {
          const found = await system.ask<{ items: Record<string, unknown>[] }>(
            `/v1/transactions?chargePointId=${identity}`,
          );
          if (found.items[0]?.['energyWh'] !== 2_000) throw new Error(JSON.stringify(found));
          return found.items;
        });
        expect(session).toMatchObject([
          {
            ...{
              id: transactionId,
              status: 'ended',
              state: 'closed',
              idTag: 'TAG-1',
              ...SESSION_PLACE[version],
            },
            ...{
              startedAt: at(0),
              endedAt: at(45),
              meterStartWh: 1_000,
              meterStopWh: 3_000,
              reason: 'Local',
            },
          },
        ]);
        const refused = await system.ask<{ items: unknown[] }>(`/v1/quarantine?chargePointId=${identity}`);
        expect(refused.items).toEqual([]);
      },
    );
  }
});

/** Where readings are: in 2.0.1 it is the EVSE that measures, whichever of its connectors is used. */
const PLACE: Readonly<Record<OcppVersionName, object>> = {
  '1.6': { evseId: 0, connectorId: 1 },
  '2.0.1': { evseId: 1, connectorId: 0 },
};
const SESSION_PLACE: Readonly<Record<OcppVersionName, object>> = {
  '1.6': { evseId: 0, connectorId: 1 },
  '2.0.1': { evseId: 1, connectorId: 1 },
};
/** 1.6: two registers and two powers, and the registers of start and stop. 2.0.1: both at four times, and a voltage. */
const EXPECTED_READINGS: Readonly<Record<OcppVersionName, number>> = { '1.6': 6, '2.0.1': 9 };
