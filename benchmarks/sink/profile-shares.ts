import type { Profiler } from 'node:inspector/promises';
import { profile } from '../profiling.js';

/** A part of the work, and the code that does it: a frame's function and file match. */
export interface Part {
  readonly title: string;
  readonly matches: (file: string, name: string) => boolean;
}

export interface Share {
  readonly title: string;
  /** Of the time in which the process did anything. */
  readonly percent: number;
}

/** Profiles this process until it is told to stop. @returns what stops it: how the busy time was shared among these parts. */
export async function profileShares(parts: readonly Part[]): Promise<() => Promise<Share[]>> {
  const stop = await profile();
  return async () => sharesOf(await stop(), parts);
}

/** Each sample counts for the innermost frame that belongs to a part; parts are asked in their order. */
function sharesOf(
  { nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
  parts: readonly Part[],
): Share[] {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const partOf = new Map<number, Part | undefined>(
    nodes.map(({ id, callFrame: { url, functionName } }) => [
      id,
      parts.find(({ matches }) => matches(url, functionName)),
    ]),
  );
  const idle = new Set(
    nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id),
  );
  const spent = new Map<Part | undefined, number>();
  let busy = 0;
  samples.forEach((sample, index) => {
    if (idle.has(sample)) return;
    let at: number | undefined = sample;
    while (at !== undefined && partOf.get(at) === undefined) at = parents.get(at);
    const part = at === undefined ? undefined : partOf.get(at);
    const us = timeDeltas[index] ?? 0;
    spent.set(part, (spent.get(part) ?? 0) + us);
    busy += us;
  });
  const percentOf = (part: Part | undefined): number => ((spent.get(part) ?? 0) / busy) * 100;
  return [
    ...parts.map((part) => ({ title: part.title, percent: percentOf(part) })),
    { title: 'everything else', percent: percentOf(undefined) },
  ];
}
