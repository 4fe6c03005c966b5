import { setMaxListeners } from 'node:events';
import { compareChangeIds, parseChangeId, type ChangeId } from '../../../protocol/live/change-id.js';
import type { LiveFilter } from '../../../protocol/live/client-message.js';
import type { Random } from '../../../helpers/seeded-random.js';
import { until } from '../until.js';
import type { FoldedState, Heard } from './folded-state.js';
import { expectedState, type ExpectedState, type StoredTables } from './stored-tables.js';
import { Subscriber, type Subscription } from './subscriber.js';

export interface CrowdOptions {
  readonly url: string;
  readonly size: number;
  readonly filters: readonly LiveFilter[];
  readonly random: Random;
}

/** Many subscribers of one live role: of each filter one that is there from the start, some of two filters at once. */
export class Crowd {
  readonly subscribers: readonly Subscriber[];
  readonly #random: Random;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];
  #failure: unknown;

  constructor({ url, size, filters, random }: CrowdOptions) {
    this.#random = random;
    setMaxListeners(size, this.#stop.signal);
    const filter = (index: number): LiveFilter => filters[index % filters.length] ?? {};
    this.subscribers = Array.from({ length: size }, (_, index) => {
      const second = index >= filters.length && random() < 0.2 ? [filter(Math.floor(random() * size))] : [];
      return new Subscriber(url, [filter(index), ...second], random);
    });
  }

  /** Those from `from` up to and without `to`; resolves when each has its snapshot. */
  async join(from: number, to: number): Promise<void> {
    const joining = this.subscribers.slice(from, to);
    for (const subscriber of joining) {
      const running = subscriber.run(this.#stop.signal);
      running.catch((error: unknown) => (this.#failure ??= error));
      this.#running.push(running);
    }
    await until('each has its snapshot', () => {
      this.#rethrow();
      return joining.every(({ subscriptions }) => subscriptions.every(({ state }) => state.beganAt !== null));
    });
  }

  /** Cuts some sockets of those that have joined. */
  cutSome(share: number): void {
    for (const subscriber of this.subscribers) if (this.#random() < share) subscriber.cut();
  }

  /** Resolves when what each knows is what the tables hold. Throws naming the first differences of one that doesn't get there. */
  async reach(tables: StoredTables, who: readonly Subscriber[] = this.subscribers): Promise<void> {
    const expected = new Map<LiveFilter, ExpectedState>();
    const expectedOf = (filter: LiveFilter): ExpectedState => {
      const known = expected.get(filter) ?? expectedState(tables, filter);
      expected.set(filter, known);
      return known;
    };
    let missing = who.flatMap(({ subscriptions }) => subscriptions);
    await until('each subscriber knows what the tables hold', () => {
      this.#rethrow();
      missing = missing.filter(
        (subscription) => differences(subscription, expectedOf(subscription.filter)).length > 0,
      );
      const [first] = missing;
      if (first === undefined) return true;
      const { filter, state, resyncs } = first;
      const some = differences(first, expectedOf(filter)).slice(0, 5).join('\n  ');
      throw new Error(
        `${missing.length} don't, one of ${JSON.stringify(filter)} (resyncs: ${resyncs.join()}, ` +
          `faults: ${state.faults.slice(0, 3).join('; ')}):\n  ${some}`,
      );
    });
  }

  /** Whatever contradicts itself or what others of the same filter have heard; [] when all have heard the same, in one order. */
  contradictions(): string[] {
    const all = this.subscribers.flatMap(({ subscriptions }) => subscriptions);
    const references = new Map<LiveFilter, readonly Heard[]>();
    for (const { filter, state } of all) if (!references.has(filter)) references.set(filter, state.heard);
    return all.flatMap(({ filter, state }) => [
      ...state.faults.slice(0, 3),
      ...otherwiseHeard(state, references.get(filter) ?? []).map(
        (text) => `${JSON.stringify(filter)}: ${text}`,
      ),
    ]);
  }

  /** Reasons for which some had to begin anew. */
  resyncs(): string[] {
    return this.subscribers.flatMap(({ subscriptions }) => subscriptions.flatMap(({ resyncs }) => resyncs));
  }

  /** Sockets that there were. */
  connections(): number {
    return this.subscribers.reduce((sum, { connections }) => sum + connections, 0);
  }

  /** What the first one heard, whose filter is the widest. */
  changesOfAll(): readonly Heard[] {
    return this.subscribers[0]?.subscriptions[0]?.state.heard ?? [];
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#running);
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure as Error;
  }
}

/** Of one that came later, everything after its snapshot, and nothing else. */
function otherwiseHeard({ heard, beganAt }: FoldedState, reference: readonly Heard[]): string[] {
  const due =
    beganAt === null ? [] : reference.filter((each) => compareChangeIds(placeOf(each), beganAt) > 0);
  const at = due.findIndex((each, index) => heard[index] !== each);
  if (at === -1 && heard.length === due.length) return [];
  const index = at === -1 ? due.length : at;
  return [`heard ${heard[index] ?? 'nothing'} where others heard ${due[index] ?? 'nothing'}`];
}

function placeOf(heard: Heard): ChangeId {
  const place = parseChangeId(heard.slice(0, heard.indexOf(' ')));
  if (place === null) throw new Error(`no changeId: ${heard}`);
  return place;
}

/** Readings from before a snapshot are not known, save the newest. */
function differences({ state }: Subscription, expected: ExpectedState): string[] {
  return [
    ...compared('charge point', state.chargePoints, expected.chargePoints, true),
    ...compared('newest', state.latest(), expected.latest, true),
    ...compared('reading', state.readings, expected.readings, state.knowsAll),
  ];
}

function compared(
  what: string,
  known: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  all: boolean,
): string[] {
  const missing = all ? [...expected.keys()].filter((key) => !known.has(key)) : [];
  const wrong = [...known].filter(([key, value]) => expected.get(key) !== value);
  return [
    ...missing.map((key) => `${what} ${key} is missing`),
    ...wrong.map(
      ([key, value]) => `${what} ${key} is ${expected.get(key) ?? 'not there'}, known as ${value}`,
    ),
  ];
}
