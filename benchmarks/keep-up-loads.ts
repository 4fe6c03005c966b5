import type { KeepUpRequest, KeepUpResult } from './subjects/rollups.js';
import { SAMPLE_MS } from './workload.js';

export const FLEETS = 25;
export const LIVE_FLEETS = 94;

/** Messages of the sample a second, in one fleet. */
const FLEET_PER_SECOND = 10_000 / (SAMPLE_MS / 1_000);

type Load = Pick<KeepUpRequest, 'sampleRows' | 'fleets' | 'perSecond'>;

/** What is stored and rolled up: as fast as it can be, and in real time. */
export const keepUpLoads = (quick: boolean): Readonly<Record<'backlog' | 'live', Load>> => ({
  backlog: { sampleRows: quick ? 1_000 : 10_000, fleets: FLEETS, perSecond: null },
  live: {
    sampleRows: quick ? 5 : 25,
    fleets: LIVE_FLEETS,
    perSecond: FLEET_PER_SECOND * LIVE_FLEETS,
  },
});

/** µs of CPU a reading, of the process and of PostgreSQL. */
export const microseconds = ({ cpuSeconds, postgresCpuSeconds, readings }: KeepUpResult): number =>
  ((cpuSeconds + postgresCpuSeconds) * 1e6) / readings;
