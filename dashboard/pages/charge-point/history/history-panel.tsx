import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { messageOf } from '../../../api/message-of.js';
import { Button } from '../../../components/button.js';
import { meanAt } from '../../../charts/points.js';
import { quantityText } from '../../../charts/quantity.js';
import { resolutionName } from '../../../charts/resolution.js';
import type { TimeRange } from '../../../charts/time-range.js';
import { durationText, preciseMomentText, rangeText } from '../../../charts/time-text.js';
import { measurandName } from '../measurand-name.js';
import { HistoryControls } from './history-controls.js';
import { HistoryLegend } from './history-legend.js';
import type { HistoryLine } from './history.js';
import type { HistoryModel } from './history-model.js';
import { HistoryPlot } from './history-plot.js';
import { HistoryTable } from './history-table.js';
import './history.css';

/** A chart of more lines is none. The others can be chosen in their place. */
const MAX_LINES = 12;

export interface HistoryPanelProps {
  readonly model: HistoryModel;
  readonly measurands: readonly string[];
  /** null: the charge point has no session at all. */
  readonly sessions: readonly TimeRange[] | null;
}

export function HistoryPanel({ model, measurands, sessions }: HistoryPanelProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<number | null>(null);
  const loaded = model.loaded.value;
  const version = model.version.value;
  // A history grows in place: `version` says when.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const lines = useMemo(() => loaded?.history.lines() ?? [], [loaded, version]);
  const shown = useMemo(
    () =>
      lines
        .map((line, at) => ({ line, at }))
        .filter(({ line }) => !hidden.has(line.key))
        .slice(0, MAX_LINES),
    [lines, hidden],
  );
  useEffect(() => {
    const clock = setInterval(() => model.tick(), 1_000);
    return () => clearInterval(clock);
  }, [model]);
  const toggle = useCallback(
    (key: string) =>
      setHidden(
        (before) => new Set(before.has(key) ? [...before].filter((k) => k !== key) : [...before, key]),
      ),
    [],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const move = KEYS[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move(model);
  };
  const measurand = model.measurand.value;
  const range = model.range.value;
  const caption = `${measurandName(measurand)}, ${rangeText(range)}`;
  return (
    <section class="history card" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <HistoryControls model={model} measurands={measurands} />
      <HistoryLegend
        lines={lines}
        hidden={hidden}
        onToggle={toggle}
        at={cursor}
        pointMs={loaded?.history.pointMs ?? 0}
      />
      <div
        class="history-frame"
        role="group"
        tabIndex={0}
        aria-label={`Chart of ${caption}. Arrow keys move, plus and minus zoom, End follows now.`}
        onKeyDown={onKeyDown}
      >
        <HistoryPlot model={model} lines={shown} sessions={sessions} onCursor={setCursor} />
        <Overlay model={model} isEmpty={loaded !== null && !hasPoint(lines, range)} />
      </div>
      <p class="history-notes soft" role="status">
        {cursor === null ? '' : `${preciseMomentText(cursor)}. `}
        {notes(model, lines)}
      </p>
      <ul class="history-marks faint" aria-label="Marks in the chart">
        <li>
          <span class="mark session" /> charging session
        </li>
        <li>
          <span class="mark missing" /> readings missing{sessions === null ? '' : ' during a session'}
        </li>
        {loaded !== null && loaded.history.pointMs > 0 ? (
          <li>
            <span class="mark band" /> between least and greatest
          </li>
        ) : null}
      </ul>
      <p class="visually-hidden">{summary(lines, range)}</p>
      <HistoryTable caption={caption} lines={shown.map(({ line }) => line)} range={range} />
    </section>
  );
}

const KEYS: Readonly<Record<string, (model: HistoryModel) => void>> = {
  ArrowLeft: (model) => model.pan(-0.25),
  ArrowRight: (model) => model.pan(0.25),
  '+': (model) => model.zoom(0.5),
  '=': (model) => model.zoom(0.5),
  '-': (model) => model.zoom(2),
  End: (model) => model.follow(),
};

/** What stands over the chart when it has nothing to say, or can't. */
function Overlay({ model, isEmpty }: { readonly model: HistoryModel; readonly isEmpty: boolean }) {
  const state = model.state.value;
  if (state.kind === 'failed') {
    return (
      <div class="history-overlay" role="alert">
        <p>The history could not be loaded: {messageOf(state.error)}</p>
        <Button onClick={() => model.reload()}>Try again</Button>
      </div>
    );
  }
  if (state.kind === 'loading') return <p class="history-overlay quiet">Loading …</p>;
  if (!isEmpty) return null;
  return <p class="history-overlay">No readings in this time. Go earlier, or zoom out.</p>;
}

function notes(model: HistoryModel, lines: readonly HistoryLine[]): string {
  const loaded = model.loaded.value;
  if (loaded === null) return '';
  const { history, tooMany } = loaded;
  const joined = Math.max(0, ...lines.map(({ joinedByMs }) => joinedByMs));
  return [
    `Shows ${resolutionName(history.resolution)}${tooMany ? ', since there are too many readings to show them singly' : ''}.`,
    joined > 0 ? `Readings of ${durationText(joined)} share a point.` : '',
    lines.length > MAX_LINES
      ? `Of ${lines.length} series the first ${MAX_LINES} that are chosen are drawn.`
      : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function hasPoint(lines: readonly HistoryLine[], { from, to }: TimeRange): boolean {
  return lines.some(({ points: { times } }) => times.some((time) => time >= from && time < to));
}

function summary(lines: readonly HistoryLine[], { from, to }: TimeRange): string {
  const all = lines.length;
  const newest = lines.slice(0, MAX_LINES).flatMap(({ points, series }) => {
    const last = points.times.findLastIndex((time) => time >= from && time < to);
    return last === -1 ? [] : [quantityText(meanAt(points, last), series.unit)];
  });
  return newest.length === 0
    ? 'No readings are shown.'
    : `${all} series; the last values shown: ${newest.join(', ')}.`;
}
