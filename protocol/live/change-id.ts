/**
 * What has been seen of the change feed: everything up to and with change `index` of the feed's row `position`. As text
 * `position.index`; a bare `position` is the whole of that row, `0` the time before the first.
 */
export interface ChangeId {
  readonly position: number;
  /** Infinity: the whole row. */
  readonly index: number;
}

const TEXT = /^(0|[1-9]\d{0,15})(?:\.(0|[1-9]\d{0,9}))?$/;

/** null when the text is none. */
export function parseChangeId(text: string): ChangeId | null {
  const parts = TEXT.exec(text);
  const position = Number(parts?.[1]);
  if (parts === null || !Number.isSafeInteger(position)) return null;
  return { position, index: parts[2] === undefined ? Infinity : Number(parts[2]) };
}

export function formatChangeId({ position, index }: ChangeId): string {
  return index === Infinity ? String(position) : `${position}.${index}`;
}

/** Below 0 when `a` has seen less than `b`. */
export function compareChangeIds(a: ChangeId, b: ChangeId): number {
  if (a.position !== b.position) return a.position - b.position;
  return a.index === b.index ? 0 : a.index - b.index;
}
