import { useState } from 'preact/hooks';
import { Table, type Column } from '../../../components/table.js';
import { meanAt } from '../../../charts/points.js';
import { quantityText } from '../../../charts/quantity.js';
import { seriesName } from '../../../charts/series.js';
import type { TimeRange } from '../../../charts/time-range.js';
import { preciseMomentText } from '../../../charts/time-text.js';
import type { HistoryLine } from './history.js';

/** Rows at once: more are read by export. */
const MAX_ROWS = 200;

export interface HistoryTableProps {
  readonly caption: string;
  readonly lines: readonly HistoryLine[];
  readonly range: TimeRange;
}

interface Row {
  readonly key: string;
  readonly time: number;
  readonly series: string;
  readonly mean: string;
  readonly least: string;
  readonly greatest: string;
  readonly count: number;
}

/** What the chart shows, for those who don't see it. Made when it is opened: it would cost a frame each time. */
export function HistoryTable(props: HistoryTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="data-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Data as a table</summary>
      {isOpen ? <OpenTable {...props} /> : null}
    </details>
  );
}

function OpenTable({ caption, lines, range }: HistoryTableProps) {
  const rows = rowsOf(lines, range);
  const isSingle = rows.every(({ count }) => count === 1);
  const extremes: Column<Row>[] = [
    { key: 'least', title: 'Least', align: 'number', cell: ({ least }) => least },
    { key: 'greatest', title: 'Greatest', align: 'number', cell: ({ greatest }) => greatest },
    { key: 'count', title: 'Readings', align: 'number', cell: ({ count }) => count },
  ];
  return (
    <>
      <p class="soft">
        {rows.length === 0
          ? 'Nothing in what is shown.'
          : `The newest ${rows.length} of what is shown, the newest first.`}
      </p>
      {rows.length === 0 ? null : (
        <Table
          caption={caption}
          rows={rows}
          rowKey={({ key }) => key}
          columns={[
            { key: 'time', title: 'Time', cell: ({ time }) => preciseMomentText(time) },
            { key: 'series', title: 'Series', cell: ({ series }) => series },
            { key: 'value', title: isSingle ? 'Value' : 'Mean', align: 'number', cell: ({ mean }) => mean },
            ...(isSingle ? [] : extremes),
          ]}
        />
      )}
    </>
  );
}

function rowsOf(lines: readonly HistoryLine[], { from, to }: TimeRange): Row[] {
  const all = lines.map(({ series }) => series);
  const rows = lines.flatMap(({ key, series, points }) => {
    const name = seriesName(series, all);
    const seen = points.times.flatMap((time, at) => (time >= from && time < to ? [at] : []));
    return seen.slice(-MAX_ROWS).map((at) => ({
      key: `${key} ${points.times[at] ?? 0}`,
      time: points.times[at] ?? 0,
      series: name,
      mean: quantityText(meanAt(points, at), series.unit),
      least: quantityText(points.mins[at] ?? NaN, series.unit),
      greatest: quantityText(points.maxs[at] ?? NaN, series.unit),
      count: points.counts[at] ?? 0,
    }));
  });
  return rows.sort((a, b) => b.time - a.time).slice(0, MAX_ROWS);
}
