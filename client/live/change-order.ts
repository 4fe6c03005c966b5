/** `position.index`, or `position` for the whole of that row; see protocol/live/change-id.ts. */
const CHANGE_ID = /^(0|[1-9]\d{0,15})(?:\.(0|[1-9]\d{0,9}))?$/;

export function isChangeId(value: unknown): value is string {
  return typeof value === 'string' && CHANGE_ID.test(value);
}

/** Whether who has seen `seen` has seen `changeId`. Both are change ids. */
export function isSeen(changeId: string, seen: string): boolean {
  const [position, index] = parts(changeId);
  const [seenPosition, seenIndex] = parts(seen);
  return position === seenPosition ? index <= seenIndex : position < seenPosition;
}

function parts(changeId: string): [position: number, index: number] {
  const [position, index] = changeId.split('.');
  return [Number(position), index === undefined ? Infinity : Number(index)];
}
