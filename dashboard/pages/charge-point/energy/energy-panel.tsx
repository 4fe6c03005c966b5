import { useRef } from 'preact/hooks';
import { useResource } from '../../../api/use-resource.js';
import { ErrorState } from '../../../components/error-state.js';
import { Skeleton } from '../../../components/skeleton.js';
import { Table } from '../../../components/table.js';
import { wholeIntervals } from '../../../charts/interval-edges.js';
import { quantityText } from '../../../charts/quantity.js';
import { chooseBarInterval, type Interval } from '../../../charts/resolution.js';
import { overlaps, type TimeRange } from '../../../charts/time-range.js';
import { momentText } from '../../../charts/time-text.js';
import type { IntervalEnergy } from '../answers.js';
import { readPages } from '../history/read-pages.js';
import { EnergyBars } from './energy-bars.js';
import './energy.css';

const NAMES: Readonly<Record<Interval, string>> = {
  '15m': 'a quarter of an hour',
  '1h': 'an hour',
  '1d': 'a day',
  '1mo': 'a month',
};
const MAX_PAGES = 4;

export interface EnergyPanelProps {
  readonly chargePointId: string;
  /** What is seen. */
  readonly range: TimeRange;
  /** What is loaded, of which `range` is a part; it changes seldom. */
  readonly window: TimeRange;
  /** Another number: to be loaded again. */
  readonly round: number;
}

export function EnergyPanel({ chargePointId, range, window, round }: EnergyPanelProps) {
  // As wide as the page is now, nearly: bars need not be exact in this.
  const interval = chooseBarInterval(range, Math.min(1_100, document.body.clientWidth - 80));
  const whole = wholeIntervals(interval, window);
  const key = [chargePointId, whole.from, whole.to, interval, round].join(' ');
  const { value, error, reload } = useResource(key, (signal) => {
    const query = {
      chargePointId,
      interval,
      from: new Date(whole.from).toISOString(),
      to: new Date(whole.to).toISOString(),
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
    return readPages<IntervalEnergy>('v1/energy', query, MAX_PAGES, signal);
  });
  // While another window is loaded, the bars of the one before stay where they are.
  const last = useRef(value);
  last.current = value ?? last.current;
  const items = last.current?.items;
  if (error !== undefined && items === undefined) {
    return <ErrorState title="The energy could not be loaded" error={error} onRetry={reload} />;
  }
  const seen = (items ?? []).filter(({ start, end }) =>
    overlaps({ from: Date.parse(start), to: Date.parse(end) }, range),
  );
  return (
    <section class="energy card" aria-labelledby="energy-title" aria-busy={items === undefined}>
      <header>
        <h2 id="energy-title">Energy</h2>
        <p class="soft">A bar is {NAMES[interval]}.</p>
      </header>
      {items === undefined ? <Skeleton height="180px" /> : <Figures items={seen} />}
      {items === undefined ? null : <EnergyBars items={seen} range={range} />}
      {error === undefined ? null : (
        <p class="soft" role="alert">
          The newest figures could not be loaded.{' '}
          <button type="button" class="button quiet" onClick={reload}>
            Try again
          </button>
        </p>
      )}
      <details class="data-table">
        <summary>Energy as a table</summary>
        {seen.length === 0 ? <p class="soft">No energy in this time.</p> : <EnergyTable items={seen} />}
      </details>
    </section>
  );
}

/** What the bars are, with their sums: each part by its pattern and its name. */
function Figures({ items }: { readonly items: readonly IntervalEnergy[] }) {
  const sum = (part: 'measuredWh' | 'estimatedWh' | 'suspectWh') =>
    items.reduce((wh, item) => wh + item[part], 0);
  return (
    <ul class="energy-figures">
      <li>
        <span class="mark measured" /> measured <strong>{quantityText(sum('measuredWh'), 'Wh')}</strong>
      </li>
      <li>
        <span class="mark estimated" /> estimated across gaps{' '}
        <strong>{quantityText(sum('estimatedWh'), 'Wh')}</strong>
      </li>
      <li>
        <span class="mark suspect" /> suspect, in no sum{' '}
        <strong>{quantityText(sum('suspectWh'), 'Wh')}</strong>
      </li>
    </ul>
  );
}

function EnergyTable({ items }: { readonly items: readonly IntervalEnergy[] }) {
  const energy = (wh: number) => quantityText(wh, 'Wh');
  return (
    <Table
      caption="Energy by interval"
      rows={[...items].reverse()}
      rowKey={({ start }) => start}
      columns={[
        { key: 'from', title: 'From', cell: ({ start }) => momentText(Date.parse(start)) },
        { key: 'to', title: 'To', wideOnly: true, cell: ({ end }) => momentText(Date.parse(end)) },
        { key: 'energy', title: 'Energy', align: 'number', cell: ({ energyWh }) => energy(energyWh) },
        {
          key: 'estimated',
          title: 'Estimated',
          align: 'number',
          cell: ({ estimatedWh }) => energy(estimatedWh),
        },
        { key: 'suspect', title: 'Suspect', align: 'number', cell: ({ suspectWh }) => energy(suspectWh) },
      ]}
    />
  );
}
