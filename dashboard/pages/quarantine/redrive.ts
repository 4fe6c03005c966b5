import { request } from '../../api/api-client.js';
import type { QuarantinedPart } from './quarantined-part.js';

export type RedriveOutcome =
  /** Something good came of it. */
  | { readonly kind: 'resolved'; readonly part: QuarantinedPart }
  /** The worker has refused it again, for the reason that stands in it now. */
  | { readonly kind: 'refused'; readonly part: QuarantinedPart }
  /** The log has it; the worker has not said in time. */
  | { readonly kind: 'waiting' };

/** When it is looked what became of it, ms after the one before: workers take a second, and longer when much waits. */
const LOOKS_MS = [300, 700, 1_000, 2_000, 4_000, 7_000];

type Ask = <Answer>(
  path: string,
  options: { method?: 'GET' | 'POST'; body?: unknown; signal: AbortSignal },
) => Promise<Answer>;

/** Sends a part again, and looks until the worker has settled it. Rejects as `request` does, with 409 when it can't be sent. */
export async function redrive(
  { id, redrivenAt }: QuarantinedPart,
  signal: AbortSignal,
  ask: Ask = request,
  wait: (ms: number) => Promise<void> = pause,
): Promise<RedriveOutcome> {
  const path = `v1/quarantine/${id}`;
  await ask(`${path}/redrive`, { method: 'POST', body: {}, signal });
  for (const ms of LOOKS_MS) {
    await wait(ms);
    const part = await ask<QuarantinedPart>(path, { signal });
    if (part.status === 'resolved') return { kind: 'resolved', part };
    if (part.redrivenAt !== redrivenAt) return { kind: 'refused', part };
  }
  return { kind: 'waiting' };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
