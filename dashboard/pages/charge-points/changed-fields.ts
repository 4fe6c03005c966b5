import type { Fields } from './change-requests.js';

export const FIELD_NAMES = ['label', 'site', 'status'] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** What of `mine` differs from `base`: what a change has to say. */
export function changedFields(base: Fields, mine: Fields): Partial<Fields> {
  const names = FIELD_NAMES.filter((name) => base[name] !== mine[name]);
  return Object.fromEntries(names.map((name) => [name, mine[name]]));
}

/** One field of a charge point that somebody else has changed while it was edited here. */
export interface ForeignChange {
  readonly name: FieldName;
  readonly before: string;
  readonly now: string;
  /** What would be written over it; undefined: nothing, it was left alone here. */
  readonly mine: string | undefined;
}

export function foreignChanges(base: Fields, now: Fields, mine: Fields): readonly ForeignChange[] {
  const wanted = changedFields(base, mine);
  return FIELD_NAMES.filter((name) => base[name] !== now[name]).map((name) => ({
    name,
    before: base[name],
    now: now[name],
    mine: wanted[name],
  }));
}
