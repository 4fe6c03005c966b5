/** What StartTransaction and StopTransaction have in common: a time, a register, who and why. */
import { excerpt } from './excerpt.js';
import type { FlatMessage } from './flattening.js';
import { cleanText, isName, MAX_NAME_LENGTH } from './identifier.js';
import { isAbsent, MAX_MAGNITUDE } from './leniency.js';
import type { Reading } from './reading.js';
import type { SessionEvent } from './session.js';
import { toBaseUnit, unitRule } from './units.js';
import { fault, type Fault } from './usable-time.js';

export interface FlatSession extends FlatMessage {
  /** null when the request can name no session of ours. */
  readonly session: SessionEvent | null;
}

const REGISTER = 'Energy.Active.Import.Register';
const IN_WH = unitRule(REGISTER, 'Wh');

interface Register {
  readonly ok: true;
  readonly wh: number;
}

/**
 * meterStart or meterStop: a whole number of Wh, which may stand in a text. A fraction is refused: where whole Wh are demanded
 * it is rather kWh, and nothing tells.
 */
export function registerOf(field: string, sent: unknown): Register | Fault {
  if (isAbsent(sent)) return fault('missing_value', `${field} is missing`);
  const text = typeof sent === 'string' ? sent : typeof sent === 'number' ? String(sent) : '';
  // A JSON number such as 1e400 is parsed as Infinity: a number, only too large.
  const wh = sent === Infinity || sent === -Infinity ? sent : toBaseUnit(text, IN_WH);
  const is = `${field} is ${excerpt(sent)}`;
  if (Number.isNaN(wh)) return fault('invalid_value', is);
  if (wh < 0 || wh > MAX_MAGNITUDE) return fault('value_out_of_range', is);
  return Number.isInteger(wh) ? { ok: true, wh } : fault('invalid_value', `${is}, not a whole number of Wh`);
}

/** The rest of a reading of meterStart or meterStop. */
export function registerReading(
  reading: Omit<Reading, 'evseId' | 'measurand' | 'phase' | 'location' | 'unit'>,
): Reading {
  return { ...reading, evseId: 0, measurand: REGISTER, phase: '', location: 'Outlet', unit: IN_WH.unit };
}

interface Label {
  /** Fit to be stored: cut and cleaned when it is at fault. */
  readonly text: string;
  readonly fault: Fault | null;
}

/** idTag or reason: up to 50 characters, without control characters. One at fault must not hide the session. */
export function labelOf(field: string, sent: unknown, absent: string): Label {
  if (isAbsent(sent)) return { text: absent, fault: null };
  if (isName(sent)) return { text: sent, fault: null };
  const text = typeof sent === 'string' ? cleanText(sent.slice(0, MAX_NAME_LENGTH)) : absent;
  return { text, fault: fault('invalid_name', `${field} is ${excerpt(sent)}`) };
}
