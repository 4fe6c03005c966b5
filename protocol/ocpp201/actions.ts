/** Every action of OCPP 2.0.1 that a charging station calls. Another is one line here. */
import { isAbsent, isObject, type Json } from '../leniency.js';
import { bootData } from '../ocpp/boot-data.js';
import { dataTransfer, heartbeat, noted, signCertificate } from '../ocpp/common-actions.js';
import { immediate } from '../ocpp/immediate.js';
import type { ServedAction } from '../ocpp/ocpp-version.js';
import { meterValues201 } from './meter-values.js';
import { transactionEvent } from './transaction-event.js';

const bootNotification = immediate({
  answered: '`Accepted`, the time, and the seconds between heartbeats',
  destination: 'connection',
  tolerance: {
    dispensable: ['reason'],
    numberForString: ['chargingStation.model', 'chargingStation.vendorName'],
  },
  respond: (_request, { receivedAt, heartbeatIntervalS }) => ({
    currentTime: new Date(receivedAt).toISOString(),
    interval: heartbeatIntervalS,
    status: 'Accepted',
  }),
  boot: ({ chargingStation }) => {
    const station: Json = isObject(chargingStation) ? chargingStation : {};
    return bootData({
      vendor: station['vendorName'],
      model: station['model'],
      serialNumber: station['serialNumber'],
      firmwareVersion: station['firmwareVersion'],
    });
  },
});

const authorize = immediate({
  answered:
    '`Accepted`, whatever the idToken; `Invalid` and `NoCertificateAvailable` for one with a contract certificate, since none is checked here',
  respond: ({ certificate, iso15118CertificateHashData }) =>
    isAbsent(certificate) && isAbsent(iso15118CertificateHashData)
      ? { idTokenInfo: { status: 'Accepted' } }
      : { idTokenInfo: { status: 'Invalid' }, certificateStatus: 'NoCertificateAvailable' },
});

const get15118EVCertificate = immediate({
  answered: '`Failed`: no certificates are issued here',
  respond: () => ({ status: 'Failed', exiResponse: '' }),
});

const getCertificateStatus = immediate({
  answered: '`Failed`: no certificates are checked here',
  respond: () => ({ status: 'Failed' }),
});

const notifyEVChargingNeeds = immediate({
  answered: '`Rejected`: no charging schedules are made here',
  respond: () => ({ status: 'Rejected' }),
});

const notifyEVChargingSchedule = immediate({
  answered: '`Accepted`',
  respond: () => ({ status: 'Accepted' }),
});

export const ACTIONS: ReadonlyMap<string, ServedAction> = new Map([
  ['Authorize', authorize],
  ['BootNotification', bootNotification],
  ['ClearedChargingLimit', noted()],
  ['DataTransfer', dataTransfer],
  ['FirmwareStatusNotification', noted()],
  ['Get15118EVCertificate', get15118EVCertificate],
  ['GetCertificateStatus', getCertificateStatus],
  ['Heartbeat', heartbeat],
  ['LogStatusNotification', noted()],
  ['MeterValues', meterValues201],
  ['NotifyChargingLimit', noted()],
  ['NotifyCustomerInformation', noted({ dispensable: ['generatedAt', 'seqNo'] })],
  ['NotifyDisplayMessages', noted()],
  ['NotifyEVChargingNeeds', notifyEVChargingNeeds],
  ['NotifyEVChargingSchedule', notifyEVChargingSchedule],
  ['NotifyEvent', noted({ dispensable: ['generatedAt', 'seqNo'] })],
  ['NotifyMonitoringReport', noted({ dispensable: ['generatedAt', 'seqNo'] })],
  ['NotifyReport', noted({ dispensable: ['generatedAt', 'seqNo'] })],
  ['PublishFirmwareStatusNotification', noted()],
  ['ReportChargingProfiles', noted()],
  ['ReservationStatusUpdate', noted()],
  ['SecurityEventNotification', noted({ dispensable: ['timestamp'] })],
  ['SignCertificate', signCertificate],
  ['StatusNotification', noted({ dispensable: ['timestamp'] })],
  ['TransactionEvent', transactionEvent],
]);
