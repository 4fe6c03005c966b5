import { describe, expect, it } from 'vitest';
import { Ledger } from './ledger.js';

describe('a ledger', () => {
  it('keeps what was sent, with what of it was acknowledged, however much it is', () => {
    const ledger = new Ledger();
    const count = 200_000;
    const places = Array.from({ length: count }, (_, place) =>
      ledger.add(place % 7, 1_000 + place, place / 2),
    );
    const dues: number[] = [];
    for (let place = 0; place < count; place += 2) dues.push(ledger.answer(place, place % 4 === 0));

    expect([places[0], places.at(-1)]).toEqual([0, count - 1]);
    expect([dues[0], dues[1], dues.at(-1)]).toEqual([0, 1, count / 2 - 1]);
    const entries = [...ledger.entries()];
    expect(ledger).toMatchObject({ sent: count, answered: count / 2 });
    expect(entries).toHaveLength(count);
    expect(entries[70_000]).toEqual([70_000 % 7, 71_000, true]);
    expect(entries[70_001]).toEqual([70_001 % 7, 71_001, false]);
    expect(entries[70_002]).toEqual([70_002 % 7, 71_002, false]);
    expect(entries.filter(([, , acknowledged]) => acknowledged)).toHaveLength(count / 4);
  });

  it('refuses an answer to nothing, and a second one', () => {
    const ledger = new Ledger();
    ledger.add(1, 2, 3);
    ledger.answer(0, true);
    for (const place of [0, 1, -1, 0.5, NaN])
      expect(() => ledger.answer(place, true)).toThrow('waits for none');
  });
});
