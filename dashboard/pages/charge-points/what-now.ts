import type { LiveChargePoint } from '../../../client/live/index.js';
import { ProblemError } from '../../api/problem-error.js';
import { readChargePoint } from './change-requests.js';

/** After a change was refused: what stands there now, where somebody else was quicker; else why. Never rejects. */
export async function whatNow(
  id: string,
  reason: unknown,
): Promise<{ readonly current: LiveChargePoint } | { readonly error: unknown }> {
  if (!(reason instanceof ProblemError && reason.is('version-conflict'))) return { error: reason };
  try {
    return { current: await readChargePoint(id) };
  } catch (unread) {
    return { error: unread };
  }
}
