import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { journalLine, readJournalLine, type JournalRecord } from './journal-record.js';
import { JournalState } from './journal-state.js';
import { Journal } from './journal.js';

const scratch: string[] = [];
const journals: Journal[] = [];
afterEach(() => {
  for (const journal of journals.splice(0)) journal.close();
  for (const path of scratch.splice(0)) rmSync(path, { recursive: true });
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'journal-'));
  scratch.push(path);
  return path;
}

function open(path: string): Journal {
  const journal = new Journal({
    directory: path,
    onFailure: (cause) => {
      throw cause;
    },
  });
  journals.push(journal);
  return journal;
}

const chargePointId = fc.constantFrom('CP-1', 'CP-ü\n"', '\u2028');
const body = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
  fc.constant('{"__proto__":[1],"a":{"__proto__":null}}'),
);
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.record({
    kind: fc.constant('added' as const),
    chargePointId,
    number: fc.integer({ min: 1, max: 20 }),
    message: fc.record({
      action: fc.constantFrom('MeterValues', 'StartTransaction'),
      body,
      role: fc.constantFrom('start' as const, 'begin' as const, 'sample' as const, 'stop' as const),
      connectorId: fc.integer({ min: 1, max: 2 }),
      session: fc.integer({ min: 0, max: 3 }),
      step: fc.integer({ min: 0, max: 30 }),
    }),
  }),
  fc.record({
    kind: fc.constant('settled' as const),
    chargePointId,
    number: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({
    kind: fc.constant('session' as const),
    chargePointId,
    session: fc.integer({ min: 1, max: 3 }),
    transactionId: fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 0 }) }),
);

/** All that a state knows, comparably. */
function contents(state: JournalState) {
  return {
    owner: state.owner,
    timeMs: state.timeMs,
    stations: ['CP-1', 'CP-ü\n"', '\u2028'].map((id) => {
      const { messages, sessions, steps, lastNumber } = state.station(id);
      return { messages: [...messages], sessions: [...sessions], steps: [...steps], lastNumber };
    }),
  };
}

function stateOf(records: Iterable<JournalRecord>): JournalState {
  const state = new JournalState();
  for (const each of records) state.apply(each);
  return state;
}

/** Bodies as a journal gives them back: the same JSON value, by the shortest text. */
const canonical = (records: readonly JournalRecord[]): JournalRecord[] =>
  records.map((each) =>
    each.kind === 'added'
      ? { ...each, message: { ...each.message, body: JSON.stringify(JSON.parse(each.message.body)) } }
      : each,
  );

describe('a line of a journal', () => {
  it('reads back as it was, and never as something else when any of it is missing or changed', () => {
    fc.assert(
      fc.property(record, fc.nat(), fc.nat({ max: 254 }), (each, at, by) => {
        const line = journalLine(each);
        const whole = line.slice(0, -1);
        expect(readJournalLine(whole)).toEqual(canonical([each])[0]);
        expect(readJournalLine(whole.slice(0, at % whole.length))).toBeNull();
        const bytes = Buffer.from(whole);
        const index = at % bytes.length;
        bytes[index] = ((bytes[index] ?? 0) + 1 + by) % 256;
        const changed = bytes.toString('utf8');
        if (changed !== whole) expect(readJournalLine(changed)).toBeNull();
      }),
    );
  });
});

describe('a journal', () => {
  it('is, whatever byte a crash tore it off at, what the lines before came to, and goes on from there', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), fc.nat(), (records, cut) => {
        const lines = records.map((each) => Buffer.from(journalLine(each)));
        const all = Buffer.concat(lines);
        const length = all.length === 0 ? 0 : cut % (all.length + 1);
        const path = directory();
        const file = join(path, 'outbox.log');
        writeFileSync(file, all.subarray(0, length));
        let [whole, bytes] = [0, 0];
        for (const line of lines) {
          if (bytes + line.length > length) break;
          bytes += line.length;
          whole++;
        }
        const before = canonical(records.slice(0, whole));
        const journal = open(path);
        expect(journal.damaged).toBe(0);
        expect(contents(journal.state)).toEqual(contents(stateOf(before)));

        const next: JournalRecord = { kind: 'settled', chargePointId: 'CP-1', number: 3 };
        journal.append(next);
        journal.flush();
        const again = open(path);
        expect(contents(again.state)).toEqual(contents(stateOf([...before, next])));
        journals.splice(0).forEach((each) => each.close());
      }),
      { numRuns: 60 },
    );
  });

  it('says the same after it was written anew, and takes more', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (records) => {
        const path = directory();
        const journal = open(path);
        for (const each of records) journal.append(each);
        journal.flush();
        journal.compact();
        const next: JournalRecord = { kind: 'time', ms: 7 };
        journal.append(next);
        journal.flush();
        const { state } = open(path);
        // The order of numbers is that of sending, which a number used twice would confuse: numbers never are.
        const sorted = (found: ReturnType<typeof contents>) => ({
          ...found,
          stations: found.stations.map(({ messages, sessions, steps, lastNumber }) => ({
            messages: messages.sort(([a], [b]) => a - b),
            sessions: sessions.sort(([a], [b]) => a - b),
            steps: steps.sort(([a], [b]) => a - b),
            lastNumber,
          })),
        });
        const expected = stateOf(canonical([...records, next]));
        for (const id of ['CP-1', 'CP-ü\n"', '\u2028']) {
          // One of which nothing is left but that it sent nothing is forgotten.
          expect(state.station(id).messages.size).toBe(expected.station(id).messages.size);
        }
        expect(sorted(contents(state))).toEqual(sorted(contents(expected)));
        journals.splice(0).forEach((each) => each.close());
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the messages after a damaged line, and counts the line', () => {
    const path = directory();
    const file = join(path, 'outbox.log');
    const added = (number: number): string =>
      journalLine({
        ...{ kind: 'added', chargePointId: 'CP-1', number },
        message: {
          action: 'MeterValues',
          body: '{}',
          role: 'sample',
          connectorId: 1,
          session: 0,
          step: number,
        },
      });
    writeFileSync(file, added(1) + added(2).replace('MeterValues', 'MeterVulues') + added(3));
    const { damaged, state } = open(path);
    expect(damaged).toBe(1);
    expect([...state.station('CP-1').messages.keys()]).toEqual([1, 3]);
  });

  it('writes all of one turn by one call at its end, and only then says that it is written', async () => {
    const path = directory();
    const journal = open(path);
    const file = join(path, 'outbox.log');
    const written = new Promise<number>((resolve) => {
      for (let ms = 1; ms <= 3; ms++)
        journal.append({ kind: 'time', ms }, () => resolve(statSync(file).size));
    });
    expect(statSync(file).size).toBe(0);
    expect(await written).toBe(readFileSync(file).length);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
  });

  it('shrinks to what is left when most of it is settled', () => {
    const path = directory();
    const journal = open(path);
    const text = 'x'.repeat(1_000);
    for (let number = 1; number <= 12_000; number++) {
      const message = { action: 'MeterValues', body: JSON.stringify({ text }), role: 'sample' as const };
      const place = { connectorId: 1, session: 0, step: number };
      journal.append({ kind: 'added', chargePointId: 'CP-1', number, message: { ...message, ...place } });
      if (number > 5) journal.append({ kind: 'settled', chargePointId: 'CP-1', number });
      if (number % 100 === 0) journal.flush();
    }
    expect(statSync(join(path, 'outbox.log')).size).toBeLessThan(9 * 1024 * 1024);
    const { state } = open(path);
    expect([...state.station('CP-1').messages.keys()]).toEqual([1, 2, 3, 4, 5]);
    expect(state.station('CP-1').lastNumber).toBe(12_000);
    expect(state.station('CP-1').steps.get(1)).toBe(12_000);
  });

  it('cuts off a torn end, so that what is written next begins a line', () => {
    const path = directory();
    const file = join(path, 'outbox.log');
    const first = journalLine({ kind: 'time', ms: 1 });
    writeFileSync(file, first);
    appendFileSync(file, journalLine({ kind: 'time', ms: 2 }).slice(0, -4));
    open(path);
    expect(readFileSync(file, 'utf8')).toBe(first);
    truncateSync(file, 3);
    expect(open(path).state.timeMs).toBeNull();
    expect(statSync(file).size).toBe(0);
  });
});
