/** Which rows of a long list are drawn: from `first` to before `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

export interface RowWindowOf {
  readonly scrollTop: number;
  /** Height of what is seen, px. */
  readonly viewHeight: number;
  readonly rowHeight: number;
  readonly count: number;
  /** Rows drawn beyond each edge, so that scrolling doesn't run ahead of drawing. */
  readonly overscan: number;
}

export function rowWindow({ scrollTop, viewHeight, rowHeight, count, overscan }: RowWindowOf): RowWindow {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight) - overscan;
  const end = Math.ceil((Math.max(0, scrollTop) + viewHeight) / rowHeight) + overscan;
  // A list that has become shorter is scrolled further than it is long, for a moment.
  const lastFirst = Math.max(0, count - (end - first));
  return { first: Math.max(0, Math.min(first, lastFirst)), end: Math.min(count, Math.max(0, end)) };
}

/** How far to scroll so that a row is seen as a whole; the same when it is. */
export function scrollToRow(
  index: number,
  { scrollTop, viewHeight, rowHeight }: Omit<RowWindowOf, 'count' | 'overscan'>,
): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - viewHeight);
}

/** The row that a key leads to; null: the key leads to none. */
export function rowOfKey(key: string, active: number, count: number, rowsInView: number): number | null {
  const step = Math.max(1, rowsInView - 1);
  const target = (
    {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + step,
      PageUp: active - step,
      Home: 0,
      End: count - 1,
    } as Partial<Record<string, number>>
  )[key];
  return target === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, target));
}
