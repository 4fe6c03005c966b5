/** What a central system of OCPP 1.6 asks of a device, and how the device answers. */
import { z } from 'zod';
import { callHandler, type CallHandler } from './call-handler.js';
import { connectorsMeant, type AnswerCall, type DeviceControls } from './device-controls.js';

const REJECTED = { status: 'Rejected' };
const ACCEPTED = { status: 'Accepted' };
const connector = z.int().nonnegative();

const reset = callHandler(z.object({ type: z.enum(['Hard', 'Soft']) }), REJECTED, ({ type }, device) => ({
  payload: ACCEPTED,
  then: () => device.reset(`${type}Reset`),
}));

const remoteStart = callHandler(
  z.object({ idTag: z.string(), connectorId: connector.optional() }),
  REJECTED,
  ({ idTag, connectorId }, { site }) => ({
    payload: site?.start(connectorId ?? null, idTag) === true ? ACCEPTED : REJECTED,
  }),
);

const remoteStop = callHandler(
  z.object({ transactionId: z.int() }),
  REJECTED,
  ({ transactionId }, device) => {
    const connectorId = device.connectorOf(String(transactionId));
    if (connectorId === null) return { payload: REJECTED };
    return { payload: ACCEPTED, then: () => void device.site?.stop(connectorId, 'Remote') };
  },
);

const unlock = callHandler(
  z.object({ connectorId: connector.min(1) }),
  { status: 'UnlockFailed' },
  ({ connectorId }, device) => {
    const { site } = device;
    if (site === null || connectorId > site.connectors) return { payload: { status: 'NotSupported' } };
    return { payload: { status: 'Unlocked' }, then: () => void site.stop(connectorId, 'UnlockCommand') };
  },
);

const trigger = callHandler(
  z.object({ requestedMessage: z.string(), connectorId: connector.optional() }),
  REJECTED,
  ({ requestedMessage, connectorId }, device) => {
    const connectors = connectorsMeant(device, connectorId);
    const then = triggered(requestedMessage, connectors, device);
    if (then === null) return { payload: { status: 'NotImplemented' } };
    return connectors.length === 0 ? { payload: REJECTED } : { payload: ACCEPTED, then };
  },
);

/** What a TriggerMessage sets off, in either version of OCPP; null for what we can't do. */
export function triggered(
  requested: string,
  connectors: readonly number[],
  device: DeviceControls,
): (() => void) | null {
  switch (requested) {
    case 'BootNotification':
      return () => device.boot();
    case 'Heartbeat':
      return () => device.heartbeat();
    case 'StatusNotification':
      return () => connectors.forEach((id) => device.sayStatus(id));
    case 'MeterValues':
      return device.site === null ? null : () => connectors.forEach((id) => device.site?.measure(id));
    default:
      return null;
  }
}

interface ConfigurationKey {
  readonly get: (device: DeviceControls) => string;
  /** null: it can only be read. */
  readonly set: ((device: DeviceControls, seconds: number) => void) | null;
}

const KEYS: ReadonlyMap<string, ConfigurationKey> = new Map<string, ConfigurationKey>([
  [
    'HeartbeatInterval',
    {
      get: ({ heartbeatIntervalS }) => String(heartbeatIntervalS ?? 0),
      set: (device, seconds) => (device.heartbeatIntervalS = seconds),
    },
  ],
  [
    'MeterValueSampleInterval',
    {
      get: ({ site }) => String(site?.sampleIntervalS ?? 0),
      set: ({ site }, seconds) => {
        if (site !== null) site.sampleIntervalS = seconds;
      },
    },
  ],
  ['NumberOfConnectors', { get: ({ site }) => String(site?.connectors ?? 1), set: null }],
  ['SupportedFeatureProfiles', { get: () => 'Core,RemoteTrigger', set: null }],
]);

const getConfiguration = callHandler(
  z.object({ key: z.array(z.string()).max(1_000).optional() }),
  { configurationKey: [], unknownKey: [] },
  ({ key }, device) => {
    const asked = key === undefined || key.length === 0 ? [...KEYS.keys()] : key;
    const configurationKey = asked.flatMap((name) => {
      const found = KEYS.get(name);
      if (found === undefined) return [];
      return [{ key: name, readonly: found.set === null, value: found.get(device) }];
    });
    return { payload: { configurationKey, unknownKey: asked.filter((name) => !KEYS.has(name)) } };
  },
);

const changeConfiguration = callHandler(
  z.object({ key: z.string(), value: z.string() }),
  REJECTED,
  ({ key, value }, device) => {
    const found = KEYS.get(key);
    if (found === undefined) return { payload: { status: 'NotSupported' } };
    const seconds = secondsOf(value);
    if (found.set === null || seconds === null) return { payload: REJECTED };
    found.set(device, seconds);
    return { payload: ACCEPTED };
  },
);

/** An interval that can be kept: whole seconds from 1 to a day. */
export function secondsOf(value: string): number | null {
  const seconds = /^\d{1,6}$/.test(value) ? Number(value) : 0;
  return seconds >= 1 && seconds <= 86_400 ? seconds : null;
}

const HANDLERS: ReadonlyMap<string, CallHandler> = new Map([
  ['Reset', reset],
  ['RemoteStartTransaction', remoteStart],
  ['RemoteStopTransaction', remoteStop],
  ['UnlockConnector', unlock],
  ['TriggerMessage', trigger],
  ['GetConfiguration', getConfiguration],
  ['ChangeConfiguration', changeConfiguration],
  ['ClearCache', () => ({ payload: ACCEPTED })],
  ['DataTransfer', () => ({ payload: { status: 'UnknownVendorId' } })],
]);

export const answerCall16: AnswerCall = (action, payload, device) =>
  HANDLERS.get(action)?.(payload, device) ?? null;
