import type { WindowReading } from '../compute-rollups.js';
import type { ReadingEdit } from '../energy/sample.js';
import type { PassEdit } from '../../../store/rollups/pass-edits.js';
import { prevailing, type Stretch } from './prevailing.js';

export interface EditedReadings {
  /** As they were read, edits or not. */
  readonly asRead: readonly WindowReading[];
  /** What aggregates are made of, in the order of time. */
  readonly readings: readonly WindowReading[];
  /** What was read and counts no more. */
  readonly excluded: readonly WindowReading[];
}

/**
 * What the edits of a series make of its readings: `docs/energy.md`, "Edits".
 *
 * @param readings of some time, in its order.
 * @param edits that are about any instant of that time.
 * @param sessionAt the charging session of a moment at the series' connector. Asked in the order of time.
 */
export function applyEdits(
  readings: readonly WindowReading[],
  edits: readonly PassEdit[],
  sessionAt: (ms: number) => number | null,
): EditedReadings {
  if (edits.length === 0) return { asRead: readings, readings, excluded: [] };
  const confirming = new Walk(prevailing(edits.filter(({ action }) => action === 'confirm')));
  const kept: WindowReading[] = [];
  const excluded: WindowReading[] = [];
  const keep = (reading: WindowReading, origin: ReadingEdit['origin']): void => {
    const isConfirmed = confirming.at(reading.ms) !== null;
    const edit = origin === 'read' && !isConfirmed ? null : MARKS[origin][isConfirmed ? 1 : 0];
    kept.push(edit === null ? reading : { ...reading, edit });
  };
  let next = 0;
  const takeBefore = (ms: number): void => {
    for (let reading = readings[next]; reading !== undefined && reading.ms < ms; reading = readings[next]) {
      keep(reading, 'read');
      next += 1;
    }
  };
  for (const { fromMs, toMs, edit } of prevailing(edits.filter(({ action }) => action !== 'confirm'))) {
    takeBefore(fromMs);
    const { value } = edit;
    const begin = next;
    for (let reading = readings[next]; reading !== undefined && reading.ms < toMs; reading = readings[next]) {
      if (value === null) excluded.push(reading);
      else keep({ ...reading, value }, 'replaced');
      next += 1;
    }
    if (value !== null && next === begin) {
      keep(inserted(fromMs, value, edit.session ?? sessionAt(fromMs)), 'inserted');
    }
  }
  takeBefore(Infinity);
  return { asRead: readings, readings: kept, excluded };
}

const marks = (origin: ReadingEdit['origin']): readonly [ReadingEdit, ReadingEdit] => [
  { origin, isConfirmed: false },
  { origin, isConfirmed: true },
];
const MARKS = { read: marks('read'), replaced: marks('replaced'), inserted: marks('inserted') };

function inserted(ms: number, value: number, session: number | null): WindowReading {
  return { ms, value, rank: 0, class: 'sample', session, isEnd: false, receivedMs: ms, edit: null };
}

/** Asks which stretch an instant is in, in the order of time. */
class Walk {
  private next = 0;

  constructor(private readonly stretches: readonly Stretch[]) {}

  at(ms: number): Stretch | null {
    let stretch = this.stretches[this.next];
    while (stretch !== undefined && stretch.toMs <= ms) stretch = this.stretches[++this.next];
    return stretch !== undefined && stretch.fromMs <= ms ? stretch : null;
  }
}
