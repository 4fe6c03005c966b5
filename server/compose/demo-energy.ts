import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readBacklog } from '../../store/rollups/marks.js';
import type { Pool } from '../../store/pool.js';

export interface ChargePointEnergy {
  readonly chargePointId: string;
  /** Wh measured, and estimated across gaps, together. */
  readonly energyWh: number;
  readonly estimatedWh: number;
  /** Wh that placeholders, spikes and impossible steps would have added; in no sum. */
  readonly suspectWh: number;
}

const POLL_MS = 25;
const DAY_MS = 86_400_000;
/** Where workers have more to do than this demo gave them, it shows what they have. */
const LONGEST_WAIT_MS = 30_000;

/** Resolves when nothing is marked to be computed again, or half a minute later. */
export async function aggregated(pool: Pool, signal: AbortSignal): Promise<void> {
  const until = performance.now() + LONGEST_WAIT_MS;
  while (!signal.aborted && performance.now() < until && (await readBacklog(pool)).marks > 0) {
    await delay(POLL_MS);
  }
}

const pageSchema = z.object({
  items: z.array(
    z.object({
      chargePointId: z.string(),
      energyWh: z.number(),
      estimatedWh: z.number(),
      suspectWh: z.number(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

/** The energy of each charge point on the days from the first to the last reading, as anybody would ask the API for it. */
export async function fetchEnergy(
  api: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<ChargePointEnergy[]> {
  const begin = Math.floor(from.getTime() / DAY_MS) * DAY_MS;
  const end = Math.floor(to.getTime() / DAY_MS + 1) * DAY_MS;
  const items: ChargePointEnergy[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = new URLSearchParams({
      from: new Date(begin).toISOString(),
      to: new Date(end).toISOString(),
      groupBy: 'chargePoint',
      limit: '1000',
      ...(cursor === '' ? {} : { cursor }),
    });
    const answer = await fetch(`${api}/v1/energy?${query.toString()}`);
    if (!answer.ok) throw new Error(`GET /v1/energy answered ${answer.status}: ${await answer.text()}`);
    const page = pageSchema.parse(await answer.json());
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
