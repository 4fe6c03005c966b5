/** Every action of OCPP 1.6 that a charge point calls, the security whitepaper's included. Another is one line here. */
import { isAbsent } from '../leniency.js';
import { bootData } from '../ocpp/boot-data.js';
import { dataTransfer, heartbeat, noted, signCertificate } from '../ocpp/common-actions.js';
import { immediate } from '../ocpp/immediate.js';
import type { ServedAction } from '../ocpp/ocpp-version.js';
import { meterValues } from './meter-values.js';
import { startTransaction } from './start-transaction.js';
import { stopTransaction } from './stop-transaction.js';

const bootNotification = immediate({
  answered: '`Accepted`, the time, and the seconds between heartbeats',
  destination: 'connection',
  respond: (_request, { receivedAt, heartbeatIntervalS }) => ({
    status: 'Accepted',
    currentTime: new Date(receivedAt).toISOString(),
    interval: heartbeatIntervalS,
  }),
  boot: (request) => {
    const serialNumber = request['chargePointSerialNumber'];
    return bootData({
      vendor: request['chargePointVendor'],
      model: request['chargePointModel'],
      // So it was called in version 1.5, and many send only that.
      serialNumber: isAbsent(serialNumber) ? request['chargeBoxSerialNumber'] : serialNumber,
      firmwareVersion: request['firmwareVersion'],
    });
  },
});

const statusNotification = immediate({
  answered: '`{}`',
  tolerance: { dispensable: ['errorCode'] },
  check: ({ connectorId }) =>
    Number(connectorId) < 0 ? { error: 'property', description: 'connectorId: must be 0 or more' } : null,
  respond: () => ({}),
});

const authorize = immediate({
  answered: '`Accepted`, whatever the idTag',
  respond: () => ({ idTagInfo: { status: 'Accepted' } }),
});

export const ACTIONS: ReadonlyMap<string, ServedAction> = new Map([
  ['Authorize', authorize],
  ['BootNotification', bootNotification],
  ['DataTransfer', dataTransfer],
  ['DiagnosticsStatusNotification', noted()],
  ['FirmwareStatusNotification', noted()],
  ['Heartbeat', heartbeat],
  ['LogStatusNotification', noted()],
  ['MeterValues', meterValues],
  ['SecurityEventNotification', noted({ dispensable: ['timestamp'] })],
  ['SignCertificate', signCertificate],
  ['SignedFirmwareStatusNotification', noted()],
  ['StartTransaction', startTransaction],
  ['StatusNotification', statusNotification],
  ['StopTransaction', stopTransaction],
]);
