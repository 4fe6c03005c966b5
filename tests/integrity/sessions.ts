import type { SentMessage } from './oracle.js';
import { allocatedId } from './read-message.js';

const HOUR_MS = 3_600_000;

/**
 * The calls of a charging session each of these charge points, of every kind that charge points have: told once, told twice,
 * with Stops that contradict each other, with a bad part, without a Stop, and without a Start.
 */
export function sessionsOf(chargePointIds: readonly string[]): SentMessage[] {
  return chargePointIds.flatMap((chargePointId, index) => {
    const startedMs = Date.UTC(2026, 2, 10, 11) + index * 1_000;
    const at = (hours: number): string => new Date(startedMs + hours * HOUR_MS).toISOString();
    const call = (
      name: string,
      action: 'MeterValues' | 'StartTransaction' | 'StopTransaction',
      payload: unknown,
    ): SentMessage => ({
      id: `${name}-${index}`,
      chargePointId,
      payload: JSON.stringify(payload),
      ...(action === 'MeterValues' ? {} : { action }),
    });
    const begin = {
      connectorId: 1 + (index % 2),
      idTag: `TAG-${index}`,
      meterStart: 1_000 + index,
      timestamp: at(0),
    };
    const transactionId = Number(allocatedId(chargePointId, begin));
    const energy = (value: string) => ({ value, context: 'Transaction.End', unit: 'kWh' });
    const end = (meterStop: number, value: string, more = {}) => ({
      transactionId,
      meterStop,
      timestamp: at(2),
      transactionData: [
        {
          timestamp: at(2),
          sampledValue: [energy(value), { value: '80', measurand: 'SoC', unit: 'Percent' }],
        },
      ],
      ...more,
    });
    const start = call('start', 'StartTransaction', begin);
    const stop = call(
      'stop',
      'StopTransaction',
      end(9_000, '9.25', { idTag: `TAG-${index}`, reason: 'EVDisconnected' }),
    );
    const values = call('values', 'MeterValues', {
      connectorId: begin.connectorId,
      transactionId,
      meterValue: [
        { timestamp: at(1), sampledValue: [{ value: '5.5', unit: 'kWh' }] },
        // What the Stop tells as well.
        { timestamp: at(2), sampledValue: [energy('9.25')] },
      ],
    });
    const bad = { transactionData: [{ timestamp: at(2), sampledValue: [energy('9.25'), { value: 'x' }] }] };
    const kinds: SentMessage[][] = [
      [start, values, stop],
      [start, values, { ...start, id: `start-again-${index}` }, stop, { ...stop, id: `stop-again-${index}` }],
      [start, stop, call('other-stop', 'StopTransaction', end(9_500, '9.75', { reason: 'Reboot' }))],
      [start, call('bad-stop', 'StopTransaction', end(9_000, '9.25', bad))],
      [start],
      [stop, { ...stop, id: `stop-again-${index}` }],
      [values],
    ];
    return kinds[index % kinds.length] ?? [];
  });
}

/** The same in another order, by a seed; the order within each charge point changes, too. */
export function shuffled(messages: readonly SentMessage[], seed: number): SentMessage[] {
  let state = seed >>> 0;
  // Numerical Recipes' generator: any order will do, as long as it's the same each time.
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const result = [...messages];
  for (let last = result.length - 1; last > 0; last--) {
    const other = next(last + 1);
    const [a, b] = [result[last], result[other]];
    if (a !== undefined && b !== undefined) [result[last], result[other]] = [b, a];
  }
  return result;
}
