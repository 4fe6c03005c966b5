import type { LiveReading } from '../../../../protocol/live/change.js';
import { quantity } from '../../../charts/quantity.js';
import { seriesKey, seriesName } from '../../../charts/series.js';
import { agoText, preciseMomentText } from '../../../charts/time-text.js';
import { measurandName } from '../measurand-name.js';
import './reading-tiles.css';

/** More would be a page of their own; the history has them all. */
const MAX_TILES = 12;
const MAX_ROWS = 8;
/** Older is no news: it is shown, and seen to be old. */
const FRESH_MS = 15 * 60_000;

export interface ReadingTilesProps {
  readonly latest: ReadonlyMap<string, readonly LiveReading[]>;
  /** ms since 1970 UTC. */
  readonly now: number;
}

/** What each measurand is right now. */
export function ReadingTiles({ latest, now }: ReadingTilesProps) {
  const shown = [...latest].slice(0, MAX_TILES);
  return (
    <>
      <ul class="reading-tiles">
        {shown.map(([measurand, readings]) => (
          <li key={measurand}>
            <ReadingTile measurand={measurand} readings={readings} now={now} />
          </li>
        ))}
      </ul>
      {latest.size > MAX_TILES ? (
        <p class="soft">{latest.size - MAX_TILES} more measurands are to be chosen in the history.</p>
      ) : null}
    </>
  );
}

interface TileProps {
  readonly measurand: string;
  readonly readings: readonly LiveReading[];
  readonly now: number;
}

function ReadingTile({ measurand, readings, now }: TileProps) {
  const newest = Math.max(...readings.map(({ timestamp }) => Date.parse(timestamp)));
  const isFresh = now - newest < FRESH_MS;
  const [only] = readings;
  return (
    <section
      class={isFresh ? 'reading-tile card' : 'reading-tile card old'}
      aria-label={measurandName(measurand)}
    >
      <h3 title={measurand}>{measurandName(measurand)}</h3>
      {readings.length === 1 && only !== undefined ? <Figure reading={only} /> : <Rows readings={readings} />}
      <p class="faint" title={preciseMomentText(newest)}>
        {agoText(newest, now)}
      </p>
    </section>
  );
}

function Figure({ reading: { value, unit } }: { readonly reading: LiveReading }) {
  const { text, unit: shown } = quantity(value, unit);
  return (
    <p class="figure">
      {text} <span class="unit">{shown}</span>
    </p>
  );
}

function Rows({ readings }: { readonly readings: readonly LiveReading[] }) {
  const more = readings.length - MAX_ROWS;
  return (
    <dl>
      {readings.slice(0, MAX_ROWS).map((reading) => {
        const { text, unit } = quantity(reading.value, reading.unit);
        return (
          <div key={seriesKey(reading)}>
            <dt>{seriesName(reading, readings)}</dt>
            <dd>
              {text} <span class="unit">{unit}</span>
            </dd>
          </div>
        );
      })}
      {more > 0 ? <p class="faint">and {more} more</p> : null}
    </dl>
  );
}
