import type uPlot from 'uplot';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { alignedData, createPlot, type PlotMarks } from '../../../charts/plot.js';
import { listenForMoves } from '../../../charts/pointer-moves.js';
import type { TimeRange } from '../../../charts/time-range.js';
import { resolvedColour } from '../../../theme/resolved-colour.js';
import { themeVersion } from '../../../theme/theme.js';
import { axisAlwaysHolds } from '../measurand-name.js';
import { chartData, type ChartData } from './chart-data.js';
import type { HistoryLine } from './history.js';
import type { HistoryModel } from './history-model.js';
import { colourOf, lineStyle } from './line-style.js';

const HEIGHT_PX = 300;
const LOW_HEIGHT_PX = 240;

export interface ShownLine {
  /** Place among all lines of the history, for its style. */
  readonly at: number;
  readonly line: HistoryLine;
}

export interface HistoryPlotProps {
  readonly model: HistoryModel;
  readonly lines: readonly ShownLine[];
  /** null: the charge point has no session at all. */
  readonly sessions: readonly TimeRange[] | null;
  /** The point under the cursor, ms since 1970 UTC; null: none. */
  readonly onCursor: (time: number | null) => void;
}

/** The lines on their canvas. However often anything changes, they are drawn once a frame. */
export function HistoryPlot({ model, lines, sessions, onCursor }: HistoryPlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = useRef<ChartData | null>(null);
  const marks = useRef<PlotMarks>({ sessions: [], missing: [] });
  const theme = themeVersion.value;
  const range = model.range.value;
  const loaded = model.loaded.value;
  const current = useMemo(
    () =>
      loaded === null
        ? null
        : chartData(
            loaded.history,
            lines.map(({ line }) => line),
            sessions,
            Date.now(),
          ),
    [loaded, lines, sessions],
  );
  data.current = current;
  marks.current = { sessions: sessions ?? [], missing: current?.missing ?? [] };

  const measurand = loaded?.history.measurand ?? '';
  const hasBand = current?.hasBand ?? false;
  const unit = lines[0]?.line.series.unit ?? '';
  const shape = JSON.stringify([
    measurand,
    hasBand,
    unit,
    theme,
    lines.map(({ at, line }) => [at, line.key]),
  ]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = createPlot(element, {
      lines: lines.map(({ at, line }) => {
        const style = lineStyle(at);
        return { label: line.key, colour: colourOf(style), dash: style.dash };
      }),
      hasBand,
      unit,
      least: axisAlwaysHolds(measurand),
      colours: {
        text: resolvedColour('--text-soft'),
        grid: resolvedColour('--line'),
        session: resolvedColour('--series-3'),
        missing: resolvedColour('--warning'),
      },
      heightPx: element.clientWidth < 500 ? LOW_HEIGHT_PX : HEIGHT_PX,
      range: () => model.range.peek(),
      marks: () => marks.current,
      onCursor: (at) => {
        const seconds = at === null ? undefined : data.current?.columns[0][at];
        onCursor(seconds === undefined ? null : seconds * 1_000);
      },
    });
    plot.current = made;
    if (data.current !== null) made.setData(alignedData(data.current.columns), true);
    const moves = new AbortController();
    listenForMoves(
      made.over,
      {
        pan: (part) => model.pan(part),
        zoom: (factor, place) => {
          const { from, to } = model.range.peek();
          model.zoom(factor, from + (to - from) * place);
        },
      },
      moves.signal,
    );
    return () => {
      moves.abort();
      plot.current = null;
      made.destroy();
    };
    // `shape` says when another plot is needed; what else changes is drawn on the one that is there.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shape, model, onCursor]);

  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (plot.current !== null && data.current !== null) {
        plot.current.setData(alignedData(data.current.columns), true);
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [current, range, sessions]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const fit = new ResizeObserver(() => {
      const width = element.clientWidth;
      model.resize(width);
      plot.current?.setSize({ width, height: width < 500 ? LOW_HEIGHT_PX : HEIGHT_PX });
    });
    fit.observe(element);
    return () => fit.disconnect();
  }, [model]);

  return <div class="history-plot" ref={host} aria-hidden="true" />;
}
