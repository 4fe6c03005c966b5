import type { Change, ChangeKind } from '../../protocol/live/change.js';
import { READING_KEY } from '../../protocol/live/present-reading.js';

/** How a change is told: as it is, with the fields alone that differ, or as one that enters or leaves what is looked at. */
export type Presentation = 'whole' | 'brief' | 'gained' | 'lost';

/** Fields that name a row, told also where only what differs is. */
const NAMING: Readonly<Record<ChangeKind, ReadonlySet<string>>> = {
  reading: new Set<string>(READING_KEY),
  chargePoint: new Set(['id', 'version']),
};

/** One change on its way to subscribers. Its text is made once, however many there are. */
export class RoutedChange {
  private readonly texts: Partial<Record<Presentation, string>> = {};

  constructor(
    readonly change: Change,
    /** Of the feed's row, and of the change in it. */
    readonly position: number,
    readonly index: number,
    /** Of the charge point, when the change was committed. */
    readonly site: string,
  ) {}

  get chargePointId(): string {
    const { change } = this;
    const data = change.type === 'UPDATE' ? change.newData : change.data;
    return 'chargePointId' in data ? data.chargePointId : data.id;
  }

  /** The message to the subscription whose id is `idText` in JSON. */
  message(idText: string, presentation: Presentation): string {
    return `{"type":"${this.typeAs(presentation)}","id":${idText},${this.rest(presentation)}`;
  }

  private typeAs(presentation: Presentation): Change['type'] {
    if (presentation === 'gained') return 'INSERT';
    return presentation === 'lost' ? 'DELETE' : this.change.type;
  }

  private rest(presentation: Presentation): string {
    const as = this.change.type === 'UPDATE' ? presentation : 'whole';
    return (this.texts[as] ??= JSON.stringify(bodyOf(this.change, as)).slice(1));
  }
}

function bodyOf(change: Change, presentation: Presentation): object {
  const { kind, timestamp, changeId } = change;
  if (change.type !== 'UPDATE') return { kind, data: change.data, timestamp, changeId };
  const { oldData, newData } = change;
  if (presentation === 'gained') return { kind, data: newData, timestamp, changeId };
  if (presentation === 'lost') return { kind, data: oldData, timestamp, changeId };
  if (presentation === 'whole') return { kind, oldData, newData, timestamp, changeId };
  return { kind, ...differing(kind, oldData, newData), timestamp, changeId };
}

function differing(kind: ChangeKind, oldData: object, newData: object): { oldData: object; newData: object } {
  const before = oldData as Readonly<Record<string, unknown>>;
  const after = newData as Readonly<Record<string, unknown>>;
  const told = Object.keys(after).filter(
    (field) => NAMING[kind].has(field) || JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  const pick = (row: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(told.map((field) => [field, row[field]]));
  return { oldData: pick(before), newData: pick(after) };
}
