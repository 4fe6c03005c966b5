/** Actions that both versions answer alike. */
import type { Tolerance } from './judge-request.js';
import { immediate } from './immediate.js';
import type { ServedAction } from './ocpp-version.js';

/** A notification that nothing here depends on. */
export function noted(tolerance: Tolerance = {}): ServedAction {
  return immediate({ answered: '`{}`', tolerance, respond: () => ({}) });
}

export const heartbeat = immediate({
  answered: 'the time',
  respond: (_request, { receivedAt }) => ({ currentTime: new Date(receivedAt).toISOString() }),
});

/** No vendor's extension is known here, which is what the charge point learns. */
export const dataTransfer = immediate({
  answered: "`UnknownVendorId`: no vendor's extension is known here",
  respond: () => ({ status: 'UnknownVendorId' }),
});

/** We are no certificate authority. */
export const signCertificate = immediate({
  answered: '`Rejected`: no certificates are issued here',
  respond: () => ({ status: 'Rejected' }),
});
