import type { BootData } from '../charger-protocol.js';
import { cleanText } from '../identifier.js';

/** Longest text of boot data, in characters. */
const MAX_BOOT_TEXT = 50;

/** What a BootNotification says, whichever types it is sent in. */
export function bootData(sent: Readonly<Record<keyof BootData, unknown>>): BootData {
  return {
    vendor: bootText(sent.vendor),
    model: bootText(sent.model),
    serialNumber: bootText(sent.serialNumber),
    firmwareVersion: bootText(sent.firmwareVersion),
  };
}

function bootText(sent: unknown): string {
  if (typeof sent === 'number') return String(sent);
  return typeof sent === 'string' ? cleanText(sent.slice(0, MAX_BOOT_TEXT)) : '';
}
