import '../../../components/field.css';
import '../../../components/time-range.css';
import { Button } from '../../../components/button.js';
import { DAY_MS, HOUR_MS } from '../../../charts/time-range.js';
import { rangeText, zoneText } from '../../../charts/time-text.js';
import { measurandName } from '../measurand-name.js';
import type { HistoryModel } from './history-model.js';

const PRESETS = [
  ['1 h', HOUR_MS],
  ['24 h', DAY_MS],
  ['7 d', 7 * DAY_MS],
  ['30 d', 30 * DAY_MS],
] as const;

export interface HistoryControlsProps {
  readonly model: HistoryModel;
  readonly measurands: readonly string[];
}

/** Everything that mouse and fingers do, by buttons. */
export function HistoryControls({ model, measurands }: HistoryControlsProps) {
  const range = model.range.value;
  const isFollowing = model.isFollowing.value;
  const length = range.to - range.from;
  return (
    <div class="history-controls">
      <label class="measurand">
        <span class="visually-hidden">Measurand</span>
        <select
          class="control"
          value={model.measurand.value}
          onChange={(event) => model.show(event.currentTarget.value)}
        >
          {measurands.map((measurand) => (
            <option key={measurand} value={measurand}>
              {measurandName(measurand)}
              {measurandName(measurand) === measurand ? '' : ` (${measurand})`}
            </option>
          ))}
        </select>
      </label>
      <div class="segments" role="group" aria-label="Time range">
        {PRESETS.map(([name, ms]) => (
          <button
            key={name}
            type="button"
            aria-pressed={isFollowing && Math.abs(length - ms) < ms / 100}
            onClick={() => model.follow(ms)}
          >
            {name}
          </button>
        ))}
      </div>
      <div class="moves" role="group" aria-label="Move and zoom">
        <Button class="only-icon" aria-label="Earlier" title="Earlier" onClick={() => model.pan(-0.5)}>
          ←
        </Button>
        <Button class="only-icon" aria-label="Later" title="Later" onClick={() => model.pan(0.5)}>
          →
        </Button>
        <Button class="only-icon" aria-label="Zoom in" title="Zoom in" onClick={() => model.zoom(0.5)}>
          +
        </Button>
        <Button class="only-icon" aria-label="Zoom out" title="Zoom out" onClick={() => model.zoom(2)}>
          −
        </Button>
        <Button
          class={isFollowing ? 'following' : ''}
          aria-pressed={isFollowing}
          onClick={() => (isFollowing ? model.lookAt(range) : model.follow())}
        >
          Follow now
        </Button>
      </div>
      <p class="range soft">
        {rangeText(range)} <span class="faint">{zoneText(range.to)}</span>
      </p>
    </div>
  );
}
