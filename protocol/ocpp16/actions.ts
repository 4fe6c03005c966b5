/** Every action of OCPP 1.6 that a charge point may call, and what answers it. Another action is one line here. */
import { z } from 'zod';
import { immediate, type Action } from './action.js';
import { meterValues } from './meter-values.js';
import { startTransaction } from './start-transaction.js';
import { stopTransaction } from './stop-transaction.js';

/** Lengths are more generous than the specification's: a charge point refused over its vendor's name is of no use to anybody. */
const text = z.string().max(255);

const bootNotification = immediate(
  z.object({ chargePointVendor: text, chargePointModel: text }),
  (_request, { receivedAt, heartbeatIntervalS }) => ({
    status: 'Accepted',
    currentTime: new Date(receivedAt).toISOString(),
    interval: heartbeatIntervalS,
  }),
);

const heartbeat = immediate(z.object({}), (_request, { receivedAt }) => ({
  currentTime: new Date(receivedAt).toISOString(),
}));

const statusNotification = immediate(
  z.object({ connectorId: z.int().nonnegative(), errorCode: text, status: text }),
  () => ({}),
);

const authorize = immediate(z.object({ idTag: text }), () => ({ idTagInfo: { status: 'Accepted' } }));

/** No vendor's extension is known here, which is what the charge point learns. */
const dataTransfer = immediate(z.object({ vendorId: text }), () => ({ status: 'UnknownVendorId' }));

/** FirmwareStatusNotification and DiagnosticsStatusNotification. */
const progressNotification = immediate(z.object({ status: text }), () => ({}));

export const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['BootNotification', bootNotification],
  ['Heartbeat', heartbeat],
  ['StatusNotification', statusNotification],
  ['Authorize', authorize],
  ['MeterValues', meterValues],
  ['StartTransaction', startTransaction],
  ['StopTransaction', stopTransaction],
  ['DataTransfer', dataTransfer],
  ['FirmwareStatusNotification', progressNotification],
  ['DiagnosticsStatusNotification', progressNotification],
]);
