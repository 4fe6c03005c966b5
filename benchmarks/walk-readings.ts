import type { TimedRequests } from './timed-requests.js';

export interface Walk {
  /** CP-1 to CP-n, all of whose readings are walked over. */
  readonly chargePoints: number;
  /** Readings that they have. */
  readonly rows: number;
  /** Pages that are measured. */
  readonly pages: number;
  readonly pageRows: number;
}

/** Pages from the first to the last one, the depths between them passed over by larger pages. @returns ms of each measured one. */
export async function walkReadings(
  requests: TimedRequests,
  { chargePoints, rows, pages, pageRows }: Walk,
): Promise<number[]> {
  const ids = Array.from({ length: chargePoints }, (_, index) => `chargePointId=CP-${1 + index}`).join('&');
  const measured: number[] = [];
  let seen = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const isMeasured = seen >= (measured.length * rows) / pages;
    const limit = isMeasured ? pageRows : 1_000;
    const { text, ms } = await requests.get(
      `/v1/readings?${ids}&limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    const page = JSON.parse(text) as { items: unknown[]; nextCursor: string | null };
    if (isMeasured) measured.push(ms);
    seen += page.items.length;
    cursor = page.nextCursor;
  }
  if (seen !== rows) throw new Error(`${seen} readings were walked over, of ${rows}`);
  return measured;
}
