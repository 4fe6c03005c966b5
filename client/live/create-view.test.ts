import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeLivePlatform } from '../../tests/harness/fake-live-platform.js';
import { liveChargePoint, liveReading } from '../../tests/harness/live-data.js';
import {
  corrected,
  edited,
  initial,
  inserted,
  lagging,
  live,
  registered,
  resync,
  retired,
} from '../../tests/harness/live-messages.js';
import type { LiveReading } from '../../protocol/live/change.js';
import { assembleLiveClient } from './assemble-live-client.js';
import { createView, type ViewOptions } from './create-view.js';
import { seriesKey, type LiveView, type ViewChange } from './live-view.js';
import type { SubscribeOptions } from './subscription.js';

interface Scene {
  readonly platform: FakeLivePlatform;
  readonly view: LiveView;
  readonly changes: ViewChange[];
  readonly say: (...messages: readonly object[]) => void;
}

function scene(options: SubscribeOptions<boolean> & ViewOptions = {}): Scene {
  const platform = new FakeLivePlatform();
  const client = assembleLiveClient({ liveUrl: 'ws://host/live' }, platform);
  const view = createView(client.subscribe<boolean>(options), options);
  const changes: ViewChange[] = [];
  view.on('change', (change) => changes.push(change));
  void client.connect();
  platform.socket.accept();
  return { platform, view, changes, say: (...messages) => platform.socket.say(...messages) };
}

const readingItem = (of: Partial<LiveReading> = {}) => ({ kind: 'reading', ...liveReading(of) });
const chargePointItem = (id: string) => ({ kind: 'chargePoint', ...liveChargePoint({ id }) });
const at = (minute: number): string => new Date(Date.UTC(2026, 2, 10, 6, minute)).toISOString();

/** Values by time, as the view has them. */
const valuesOf = (view: LiveView): unknown[] =>
  [...view.readings.values()].map(({ timestamp, value }) => [timestamp, value]);

describe('a view', () => {
  it('shows the initial data as it comes, and is ready when it is whole', () => {
    const { view, say, changes } = scene();
    expect(view.isReady).toBe(false);
    say(initial('s1', '5', [chargePointItem('CP-1'), readingItem()], false));
    expect([view.isReady, view.chargePoints.size, view.readings.size]).toEqual([false, 1, 1]);
    say(initial('s1', '5', [chargePointItem('CP-2')]), live('s1', '5'));
    expect([view.isReady, [...view.chargePoints.keys()]]).toEqual([true, ['CP-1', 'CP-2']]);
    expect(view.chargePoints.get('CP-1')).toEqual(liveChargePoint());
    expect(changes.map(({ isReset, chargePoints }) => [isReset, [...chargePoints]])).toEqual([
      [false, ['CP-1']],
      [true, ['CP-2']],
    ]);
  });

  it('keeps the newest reading of each series, whatever order they come in', () => {
    const { view, say, changes } = scene();
    say(initial('s1', '5', [readingItem({ timestamp: at(10), value: 1 })]));
    changes.length = 0;
    say(inserted('s1', '6.0', liveReading({ timestamp: at(5), value: 2 })));
    expect([changes, valuesOf(view)]).toEqual([[], [[at(10), 1]]]);
    say(
      inserted('s1', '7.0', liveReading({ timestamp: at(11), value: 3 })),
      inserted('s1', '7.1', liveReading({ phase: 'L1', timestamp: at(1), value: 4 })),
    );
    expect(valuesOf(view)).toEqual([
      [at(11), 3],
      [at(1), 4],
    ]);
    expect(view.readingsOf('CP-1').map(({ value }) => value)).toEqual([3, 4]);
    expect(view.readingsOf('CP-2')).toEqual([]);
    expect(changes.map(({ series, isReset }) => [series.size, isReset])).toEqual([[2, false]]);
  });

  it('breaks ties of one instant as the server does', () => {
    const { view, say } = scene();
    say(initial('s1', '5'));
    const of = (context: string, value: number) => liveReading({ context, value });
    say(inserted('s1', '6.0', of('Transaction.End', 1)), inserted('s1', '6.1', of('Sample.Periodic', 2)));
    expect(valuesOf(view)).toEqual([[at(0), 1]]);
    say(
      inserted('s1', '6.2', of('Other', 3)),
      inserted('s1', '6.3', of('Custom', 4)),
      inserted('s1', '6.4', of('Other', 5)),
    );
    expect(valuesOf(view)).toEqual([[at(0), 4]]);
  });

  it('takes corrections of what it shows, and no others', () => {
    const { view, say } = scene({ changedOnly: true });
    say(initial('s1', '5', [readingItem({ timestamp: at(10), value: 1, transactionId: '7' })]));
    const { chargePointId, evseId, connectorId, measurand, phase, location, unit, context } = liveReading();
    const series = { chargePointId, evseId, connectorId, measurand, phase, location, unit };
    const key = { ...series, context, timestamp: at(10) };
    say(corrected('s1', '6.0', { ...key, value: 1 }, { ...key, value: 2 }));
    const older = { ...key, timestamp: at(9) };
    say(corrected('s1', '6.1', { ...older, value: 1 }, { ...older, value: 9 }));
    const newer = { ...key, timestamp: at(11) };
    say(corrected('s1', '6.2', { ...newer, transactionId: null }, { ...newer, transactionId: '8' }));
    expect([...view.readings.values()]).toEqual([
      liveReading({ timestamp: at(10), value: 2, transactionId: '7' }),
    ]);
  });

  it('follows charge points as they come, change and go; their readings stay', () => {
    const { view, say } = scene({ changedOnly: true });
    say(initial('s1', '5', [chargePointItem('CP-1'), readingItem()]));
    say(registered('s1', '6.0', liveChargePoint({ id: 'CP-2' })));
    say(
      edited('s1', '7.0', { id: 'CP-1', label: '', version: 1 }, { id: 'CP-1', label: 'Gate', version: 2 }),
    );
    expect(view.chargePoints.get('CP-1')).toEqual(liveChargePoint({ label: 'Gate', version: 2 }));
    say(retired('s1', '8.0'), edited('s1', '9.0', { id: 'CP-3', label: '' }, { id: 'CP-3', label: 'x' }));
    expect([[...view.chargePoints.keys()], view.readings.size]).toEqual([['CP-2'], 1]);
  });

  it('of sites lets a charge point take its readings along when it goes', () => {
    const { view, say, changes } = scene({ filter: { sites: ['Depot'] } });
    const others = readingItem({ chargePointId: 'CP-2' });
    say(initial('s1', '5', [chargePointItem('CP-1'), readingItem(), readingItem({ phase: 'L1' }), others]));
    changes.length = 0;
    say(retired('s1', '8.0'));
    expect([view.readings.size, view.readingsOf('CP-1')]).toEqual([1, []]);
    expect(changes[0]?.series.size).toBe(2);
  });

  it('shows what it had during a resync, until the new state is whole', () => {
    const { view, say, changes } = scene();
    say(initial('s1', '5', [chargePointItem('CP-1'), readingItem()]));
    changes.length = 0;
    say(resync('s1'), initial('s1', '9', [chargePointItem('CP-2')], false));
    expect([view.isReady, [...view.chargePoints.keys()]]).toEqual([false, ['CP-1']]);
    say(initial('s1', '9', [chargePointItem('CP-3')]));
    expect([view.isReady, [...view.chargePoints.keys()], view.readings.size]).toEqual([
      true,
      ['CP-2', 'CP-3'],
      0,
    ]);
    expect(changes.every(({ isReset }) => isReset)).toBe(true);
  });

  it('without a snapshot begins empty, and anew at a resync', () => {
    const { view, say } = scene({ snapshot: false });
    say(live('s1', '5'));
    expect(view.isReady).toBe(true);
    say(registered('s1', '6.0'), resync('s1'), live('s1', '9'));
    expect([view.isReady, view.chargePoints.size]).toEqual([true, 0]);
    say(registered('s1', '10.0'), resync('s1'), registered('s1', '12.0', liveChargePoint({ id: 'CP-2' })));
    expect([...view.chargePoints.keys()]).toEqual(['CP-2']);
  });

  it('holds no more than it may, and says how much it left out', () => {
    const { view, say } = scene({ maxSeries: 2 });
    const many = Array.from({ length: 5 }, (_, index) => readingItem({ chargePointId: `CP-${index}` }));
    say(initial('s1', '5', [...many, ...['A', 'B', 'C'].map(chargePointItem)]));
    expect([view.readings.size, view.chargePoints.size, view.leftOut]).toEqual([2, 2, 4]);
    say(inserted('s1', '6.0', liveReading({ chargePointId: 'CP-1', timestamp: at(9), value: 5 })));
    expect(view.readingsOf('CP-1').map(({ value }) => value)).toEqual([5]);
  });

  it('tells nothing of what changes nothing, nor after it was closed', () => {
    const { view, say, changes } = scene();
    say(initial('s1', '5'));
    changes.length = 0;
    say(lagging('s1', '5'), live('s1', '6'));
    view.close();
    say(registered('s1', '7.0'));
    expect([changes, view.chargePoints.size]).toEqual([[], 0]);
  });

  it('is the same however the changes are cut into frames and repeated', () => {
    const change = fc.record({
      chargePointId: fc.constantFrom('A', 'B'),
      minute: fc.integer({ min: 0, max: 3 }),
      context: fc.constantFrom('Sample.Periodic', 'Transaction.End'),
      value: fc.integer(),
    });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 30 }),
        fc.array(fc.nat({ max: 5 }), { minLength: 1 }),
        (all, cuts) => {
          const messages = all.map(({ minute, ...of }, index) =>
            inserted('s1', `${6 + index}.0`, liveReading({ ...of, timestamp: at(minute) })),
          );
          const once = scene();
          once.say(initial('s1', '5'), ...messages);
          const cut = scene();
          cut.say(initial('s1', '5'));
          for (let from = 0, next = 0; from < messages.length; next++) {
            const length = 1 + (cuts[next % cuts.length] ?? 0);
            cut.say(...messages.slice(Math.max(0, from - 2), from + length));
            from += length;
          }
          expect(cut.view.readings).toEqual(once.view.readings);
          for (const [key, shown] of once.view.readings) {
            expect(seriesKey(shown)).toBe(key);
            const newest = messages
              .filter(({ data }) => seriesKey(data) === key)
              .map(({ data }) => data.timestamp);
            expect(shown.timestamp).toBe(newest.sort().at(-1));
          }
        },
      ),
    );
  });
});
