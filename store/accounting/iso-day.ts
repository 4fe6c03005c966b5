import type { Day } from '../partitions.js';

const DAY_MS = 86_400_000;

/** `2026-03-10`. */
export const isoDay = (day: Day): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

export const dayOfIso = (text: string): Day => Date.parse(text) / DAY_MS;
