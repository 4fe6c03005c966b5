/** What a charging station management system of OCPP 2.0.1 asks of a device, and how the device answers. */
import { z } from 'zod';
import { callHandler, type CallHandler } from './call-handler.js';
import { connectorsMeant, type AnswerCall, type DeviceControls } from './device-controls.js';
import { secondsOf, triggered } from './ocpp16-calls.js';

const REJECTED = { status: 'Rejected' };
const ACCEPTED = { status: 'Accepted' };
const evse = z.object({ id: z.int().nonnegative() });

const reset = callHandler(
  z.object({ type: z.enum(['Immediate', 'OnIdle']), evseId: z.int().optional() }),
  REJECTED,
  ({ type, evseId }, device) => {
    // One EVSE alone can't start anew here.
    if (evseId !== undefined && evseId !== 0) return { payload: REJECTED };
    return {
      payload: ACCEPTED,
      then: () => device.reset(type === 'Immediate' ? 'HardReset' : 'SoftReset'),
    };
  },
);

const requestStart = callHandler(
  z.object({ evseId: z.int().positive().optional(), idToken: z.object({ idToken: z.string() }) }),
  REJECTED,
  ({ evseId, idToken }, { site }) => ({
    payload: site?.start(evseId ?? null, idToken.idToken) === true ? ACCEPTED : REJECTED,
  }),
);

const requestStop = callHandler(
  z.object({ transactionId: z.string() }),
  REJECTED,
  ({ transactionId }, device) => {
    const connectorId = device.connectorOf(transactionId);
    if (connectorId === null) return { payload: REJECTED };
    return { payload: ACCEPTED, then: () => void device.site?.stop(connectorId, 'Remote') };
  },
);

const unlock = callHandler(
  z.object({ evseId: z.int().positive(), connectorId: z.int().positive() }),
  { status: 'UnlockFailed' },
  ({ evseId, connectorId }, { site }) => {
    if (site === null || evseId > site.connectors || connectorId !== 1)
      return { payload: { status: 'UnknownConnector' } };
    return { payload: { status: 'Unlocked' }, then: () => void site.stop(evseId, 'UnlockCommand') };
  },
);

const trigger = callHandler(
  z.object({ requestedMessage: z.string(), evse: evse.optional() }),
  REJECTED,
  ({ requestedMessage, evse: named }, device) => {
    const connectors = connectorsMeant(device, named?.id);
    const then = triggered(requestedMessage, connectors, device);
    if (then === null) return { payload: { status: 'NotImplemented' } };
    return connectors.length === 0 ? { payload: REJECTED } : { payload: ACCEPTED, then };
  },
);

/** `component.variable`. */
const VARIABLES = new Set(['OCPPCommCtrlr.HeartbeatInterval', 'SampledDataCtrlr.TxUpdatedInterval']);
const COMPONENTS = new Set([...VARIABLES].map((name) => name.split('.')[0]));

const placeSchema = z.object({
  attributeType: z.string().optional(),
  component: z.looseObject({ name: z.string() }),
  variable: z.looseObject({ name: z.string() }),
});
type Place = z.infer<typeof placeSchema>;

const getVariables = callHandler(
  z.object({ getVariableData: z.array(placeSchema).min(1) }),
  { getVariableResult: [] },
  ({ getVariableData }, device) => ({
    payload: {
      getVariableResult: getVariableData.map((place) => {
        const attributeStatus = statusOf(place);
        const known = attributeStatus === 'Accepted' ? { attributeValue: read(place, device) } : {};
        return { attributeStatus, ...placeOf(place), ...known };
      }),
    },
  }),
);

const setVariables = callHandler(
  z.object({ setVariableData: z.array(placeSchema.extend({ attributeValue: z.string() })).min(1) }),
  { setVariableResult: [] },
  ({ setVariableData }, device) => ({
    payload: {
      setVariableResult: setVariableData.map((place) => {
        const found = statusOf(place);
        const seconds = secondsOf(place.attributeValue);
        if (found === 'Accepted' && seconds !== null) write(place, seconds, device);
        const attributeStatus = found === 'Accepted' && seconds === null ? 'Rejected' : found;
        return { attributeStatus, ...placeOf(place) };
      }),
    },
  }),
);

function placeOf({ component, variable, attributeType }: Place) {
  return { ...(attributeType === undefined ? {} : { attributeType }), component, variable };
}

function statusOf({ component, variable, attributeType = 'Actual' }: Place): string {
  if (!COMPONENTS.has(component.name)) return 'UnknownComponent';
  if (!VARIABLES.has(`${component.name}.${variable.name}`)) return 'UnknownVariable';
  return attributeType === 'Actual' ? 'Accepted' : 'NotSupportedAttributeType';
}

function read({ variable }: Place, { heartbeatIntervalS, site }: DeviceControls): string {
  return String((variable.name === 'HeartbeatInterval' ? heartbeatIntervalS : site?.sampleIntervalS) ?? 0);
}

function write({ variable }: Place, seconds: number, device: DeviceControls): void {
  if (variable.name === 'HeartbeatInterval') device.heartbeatIntervalS = seconds;
  else if (device.site !== null) device.site.sampleIntervalS = seconds;
}

const HANDLERS: ReadonlyMap<string, CallHandler> = new Map([
  ['Reset', reset],
  ['RequestStartTransaction', requestStart],
  ['RequestStopTransaction', requestStop],
  ['UnlockConnector', unlock],
  ['TriggerMessage', trigger],
  ['GetVariables', getVariables],
  ['SetVariables', setVariables],
  ['ClearCache', () => ({ payload: ACCEPTED })],
  ['DataTransfer', () => ({ payload: { status: 'UnknownVendorId' } })],
]);

export const answerCall201: AnswerCall = (action, payload, device) =>
  HANDLERS.get(action)?.(payload, device) ?? null;
