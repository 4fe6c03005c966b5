import type { LiveFilter } from '../../../protocol/live/client-message.js';

export const SITES = ['Altona', 'Barmbek', 'City', ''] as const;
/** They send readings, and stay where they are. */
export const SENDERS = Array.from({ length: 40 }, (_, index) => `CP-${String(index).padStart(3, '0')}`);
/** They come, move and go, and send nothing. */
export const MOVERS = Array.from({ length: 30 }, (_, index) => `MOVER-${String(index).padStart(3, '0')}`);

export function siteOf(sender: number): string {
  return SITES[sender % SITES.length] ?? '';
}

const ENERGY = 'Energy.Active.Import.Register';

/** Wide and narrow, by each list and by several, some that nothing ever meets. */
export const FILTERS: readonly LiveFilter[] = [
  {},
  { kinds: ['chargePoint'] },
  { kinds: ['reading'], measurands: ['SoC'] },
  { measurands: [ENERGY], sites: ['Altona'] },
  { measurands: [ENERGY, 'Power.Active.Import'], sites: ['Barmbek', ''] },
  ...SITES.map((site) => ({ sites: [site] })),
  { sites: ['City'], kinds: ['chargePoint'] },
  { chargePointIds: SENDERS.slice(0, 3) },
  { chargePointIds: SENDERS.slice(8, 30), measurands: ['SoC'] },
  { chargePointIds: [...SENDERS.slice(4, 6), ...MOVERS.slice(0, 10)], sites: ['Altona', 'City'] },
  { chargePointIds: MOVERS },
  { chargePointIds: ['NOBODY'] },
  ...SENDERS.slice(30, 35).map((id) => ({ chargePointIds: [id], kinds: ['reading' as const] })),
];
