import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rowOfKey, rowWindow, scrollToRow } from './row-window.js';
import './row-grid.css';

export interface RowGridColumn<Row> {
  readonly key: string;
  readonly title: ComponentChildren;
  /** `isActive`: the keyboard is on this row; what can be pressed in others is not reached by Tab. */
  readonly cell: (row: Row, isActive: boolean) => ComponentChildren;
}

/** Where somebody was in a list, to come back to. Written while they move. */
export interface GridPosition {
  /** Px. */
  scrollTop: number;
  /** Index of the row that has, or had, the focus. */
  active: number;
}

export interface RowGridProps<Row> {
  readonly label: string;
  readonly columns: readonly RowGridColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** All rows are of this height, px. */
  readonly rowHeight: number;
  /** Enter on a row. */
  readonly onOpen: (row: Row) => void;
  /** Names the columns' widths: `.row-grid.<kind> [role=row]` has the template. */
  readonly kind: string;
  /** Where to begin; another object leads there. */
  readonly position: GridPosition;
}

const OVERSCAN = 6;

/**
 * A table of which only the rows in view exist, however many there are. One row is reached by Tab; arrows, Page Up and Down, Home and
 * End go on from there, Enter opens it.
 */
export function RowGrid<Row>(props: RowGridProps<Row>) {
  const { label, columns, rows, rowKey, rowHeight, onOpen, kind, position } = props;
  const body = useRef<HTMLDivElement>(null);
  const { scrollTop, viewHeight, onScroll } = useScrolling(body, position);
  const [chosen, choose] = useState(position.active);
  const setActive = (index: number): void => {
    position.active = index;
    choose(index);
  };
  const active = Math.max(0, Math.min(chosen, rows.length - 1));
  const moved = useRef(false);
  useLayoutEffect(() => choose(position.active), [position]);

  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    body.current?.querySelector<HTMLElement>('[role=row][tabindex="0"]')?.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const element = body.current;
    if (element === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows[active];
    if (event.key === 'Enter' && (event.target as HTMLElement).role === 'row' && row !== undefined) {
      event.preventDefault();
      onOpen(row);
      return;
    }
    const target = rowOfKey(event.key, active, rows.length, Math.floor(viewHeight / rowHeight));
    if (target === null) return;
    event.preventDefault();
    element.scrollTop = scrollToRow(target, { scrollTop: element.scrollTop, viewHeight, rowHeight });
    moved.current = true;
    setActive(target);
  };

  const { first, end } = rowWindow({
    scrollTop,
    viewHeight,
    rowHeight,
    count: rows.length,
    overscan: OVERSCAN,
  });
  const indexes = Array.from({ length: end - first }, (_, at) => first + at);
  // The row that has the focus stays, wherever it is: without it the focus would be lost.
  if (active < rows.length && (active < first || active >= end)) indexes.push(active);

  return (
    <div class={`row-grid card ${kind}`} role="grid" aria-label={label} aria-rowcount={rows.length + 1}>
      <div role="rowgroup" class="row-grid-head">
        <div role="row" aria-rowindex={1}>
          {columns.map(({ key, title }) => (
            <div key={key} role="columnheader" class={`cell ${key}`}>
              {title}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" class="row-grid-body" ref={body} onScroll={onScroll} onKeyDown={onKeyDown}>
        <div role="presentation" class="row-grid-space" style={{ height: `${rows.length * rowHeight}px` }}>
          {indexes.map((index) => {
            const row = rows[index] as Row;
            return (
              <div
                key={rowKey(row)}
                role="row"
                aria-rowindex={index + 2}
                tabIndex={index === active ? 0 : -1}
                style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` }}
                onFocusIn={() => setActive(index)}
              >
                {columns.map(({ key, cell }) => (
                  <div key={key} role="gridcell" class={`cell ${key}`}>
                    {cell(row, index === active)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** How far an element is scrolled and how much of it is seen, told at most once a frame. */
function useScrolling(body: { readonly current: HTMLDivElement | null }, position: GridPosition) {
  const [scrollTop, setScrollTop] = useState(position.scrollTop);
  const [viewHeight, setViewHeight] = useState(0);
  const frame = useRef<number | null>(null);
  useEffect(() => {
    const element = body.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setViewHeight(element.clientHeight));
    observer.observe(element);
    setViewHeight(element.clientHeight);
    return () => {
      observer.disconnect();
      if (frame.current !== null) cancelAnimationFrame(frame.current);
    };
  }, [body]);
  useLayoutEffect(() => {
    if (body.current !== null) body.current.scrollTop = position.scrollTop;
    setScrollTop(position.scrollTop);
  }, [body, position]);
  const onScroll = (): void => {
    frame.current ??= requestAnimationFrame(() => {
      frame.current = null;
      position.scrollTop = body.current?.scrollTop ?? 0;
      setScrollTop(position.scrollTop);
    });
  };
  return { scrollTop, viewHeight, onScroll };
}
