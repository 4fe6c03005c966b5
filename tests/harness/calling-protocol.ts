import type { ChargerProtocol, EncodedCall } from '../../protocol/charger-protocol.js';

/** OCPP 1.6 as far as tests of connections and commands need it: Reset is checked, BootNotification is read. */
export function callingProtocol(protocol: ChargerProtocol): ChargerProtocol {
  return {
    ...protocol,
    handle(text, context) {
      const handled = protocol.handle(text, context);
      if (!text.includes('"BootNotification"')) return handled;
      const [, , , sent] = JSON.parse(text) as [number, string, string, Record<string, string>];
      const boot = {
        vendor: sent['chargePointVendor'] ?? '',
        model: sent['chargePointModel'] ?? '',
        serialNumber: sent['chargePointSerialNumber'] ?? '',
        firmwareVersion: sent['firmwareVersion'] ?? '',
      };
      return { ...handled, boot };
    },
    encodeCall,
  };
}

function encodeCall(messageId: string, action: string, payload: unknown): EncodedCall {
  if (!['Reset', 'TriggerMessage', 'ClearCache'].includes(action)) {
    return {
      ok: false,
      fault: 'unknown_action',
      path: '',
      detail: `${action} is no action that a server calls`,
    };
  }
  const { type } = payload as { type?: unknown };
  if (action === 'Reset' && type !== 'Soft' && type !== 'Hard') {
    return { ok: false, fault: 'invalid_payload', path: '/type', detail: 'is neither Soft nor Hard' };
  }
  return { ok: true, text: JSON.stringify([2, messageId, action, payload]) };
}
