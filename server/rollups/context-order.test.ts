import { describe, expect, it } from 'vitest';
import { contextFacts } from './context-order.js';

const namesInOrder = (names: readonly string[]): string[] => {
  const facts = contextFacts(new Map(names.map((name, id) => [id, name])));
  return names
    .map((name, id) => ({ name, rank: facts.get(id)?.rank ?? NaN }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
};

describe('contextFacts', () => {
  it('prefers periodic samples to all others, and the registers of a session last', () => {
    expect(
      namesInOrder([
        'MeterStop',
        'MeterStart',
        'Other',
        'Trigger',
        'Transaction.End',
        'Sample.Clock',
        'Sample.Periodic',
      ]),
    ).toEqual([
      'Sample.Periodic',
      'Sample.Clock',
      'Transaction.End',
      'Trigger',
      'Other',
      'MeterStart',
      'MeterStop',
    ]);
  });

  it('orders contexts that OCPP does not have by their names, whichever came first', () => {
    expect(namesInOrder(['b', 'MeterStart', 'B', 'a', 'Other'])).toEqual([
      'Other',
      'B',
      'a',
      'b',
      'MeterStart',
    ]);
    expect(namesInOrder(['Other', 'a', 'B', 'MeterStart', 'b'])).toEqual([
      'Other',
      'B',
      'a',
      'b',
      'MeterStart',
    ]);
  });

  it('tells samples of the clock and of the boundaries of a session from the others', () => {
    const names = [
      'Sample.Clock',
      'Transaction.Begin',
      'MeterStop',
      'Sample.Periodic',
      'Interruption.End',
      'x',
    ];
    const facts = contextFacts(new Map(names.map((name, id) => [id, name])));
    expect(names.map((_, id) => facts.get(id)?.class)).toEqual([
      'clock',
      'boundary',
      'boundary',
      'sample',
      'sample',
      'sample',
    ]);
  });
});
