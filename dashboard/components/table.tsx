import type { ComponentChildren } from 'preact';
import './table.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
  /** Numbers stand right, under each other. */
  readonly align?: 'number';
  /** On narrow screens the column is left out. */
  readonly wideOnly?: boolean;
}

export interface TableProps<Row> {
  /** What the table shows, for those who hear it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

/** For rows that fit on a page; it scrolls sideways by itself, never the page. */
export function Table<Row>({ caption, columns, rows, rowKey }: TableProps<Row>) {
  const classOf = ({ align, wideOnly }: Column<Row>): string =>
    [align === 'number' ? 'number' : '', wideOnly === true ? 'wide-only' : ''].filter(Boolean).join(' ');
  return (
    // Scrollable by keyboard, too.
    <div class="table-scroll card" tabIndex={0} role="region" aria-label={caption}>
      <table class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" class={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.key} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
