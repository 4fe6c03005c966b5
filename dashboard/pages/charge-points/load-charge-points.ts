import type { LiveChargePoint } from '../../../client/live/index.js';
import { request, type PageOf } from '../../api/api-client.js';

const PAGE_SIZE = 1_000;

/** Asks the API for all charge points of a status, page by page. `onPage` is told what there is so far. Rejects as `request`. */
export async function loadChargePoints(
  status: LiveChargePoint['status'] | undefined,
  onPage: (rows: readonly LiveChargePoint[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let rows: readonly LiveChargePoint[] = [];
  let cursor: string | null | undefined;
  do {
    const page: PageOf<LiveChargePoint> = await request('v1/charge-points', {
      query: { limit: PAGE_SIZE, status, cursor: cursor ?? undefined },
      signal,
    });
    rows = [...rows, ...page.items];
    onPage(rows);
    cursor = page.nextCursor;
  } while (cursor !== null);
}
