import { describe, expect, it } from 'vitest';
import {
  edited,
  feedRow,
  inserted,
  registered,
  replaced,
  retired,
  type Unplaced,
} from '../../tests/harness/live-changes.js';
import { liveReading } from '../../tests/harness/live-data.js';
import { READING_KEY } from '../../protocol/live/present-reading.js';
import type { LiveFilter } from '../../protocol/live/client-message.js';
import { audienceOf } from './audience.js';
import { routeRow } from './live-row.js';
import { presentChange } from './present-change.js';
import { SiteMap } from './site-map.js';

function told(
  change: Unplaced,
  filter: LiveFilter,
  changedOnly = false,
  sites: ReadonlySet<string> | null = null,
) {
  const map = new SiteMap();
  map.load([['CP-1', 'depot']]);
  const [routed] = routeRow(feedRow(7, change), map).changes;
  if (routed === undefined) throw new Error('no change');
  const presentation = presentChange(routed, audienceOf(filter, { sites }), changedOnly);
  return presentation === null
    ? null
    : (JSON.parse(routed.message('"s1"', presentation)) as Record<string, unknown>);
}

describe('a change as a subscription is told of it', () => {
  it('has the fields of the protocol, and the id of the subscription', () => {
    expect(told(inserted({ value: 7 }), {})).toEqual({
      type: 'INSERT',
      id: 's1',
      kind: 'reading',
      data: expect.objectContaining({ chargePointId: 'CP-1', value: 7 }) as unknown,
      timestamp: '2026-03-10T06:00:01.000Z',
      changeId: '7.0',
    });
  });

  it.each<[string, LiveFilter, boolean]>([
    ['no filter', {}, true],
    ['its charge point', { chargePointIds: ['CP-0', 'CP-1'] }, true],
    ['another charge point', { chargePointIds: ['CP-2'] }, false],
    ['its site', { sites: ['depot'] }, true],
    ['another site', { sites: ['yard'] }, false],
    ['its measurand', { measurands: ['Power.Active.Import'] }, true],
    ['another measurand', { measurands: ['SoC'] }, false],
    ['its kind', { kinds: ['reading'] }, true],
    ['another kind', { kinds: ['chargePoint', 'fleet'] }, false],
    ['its charge point of another site', { chargePointIds: ['CP-1'], sites: ['yard'] }, false],
    ['all of it', { chargePointIds: ['CP-1'], sites: ['depot'], measurands: ['Power.Active.Import'] }, true],
  ])('of a reading: %s', (_, filter, isTold) => {
    expect(told(inserted(), filter) !== null).toBe(isTold);
  });

  it('tells a charge point whatever the measurands', () => {
    expect(told(registered(), { measurands: ['SoC'] })).toMatchObject({
      type: 'INSERT',
      kind: 'chargePoint',
    });
  });

  it('is an UPDATE where the charge point stays among the sites', () => {
    const change = edited({ site: 'a' }, { site: 'b' });
    expect(told(change, { sites: ['a', 'b'] })).toMatchObject({
      type: 'UPDATE',
      oldData: { site: 'a' },
      newData: { site: 'b' },
    });
  });

  it('is an INSERT for who gains the charge point, a DELETE for who loses it, nothing for the others', () => {
    const change = edited({ site: 'a', version: 1 }, { site: 'b', version: 2 });
    expect(told(change, { sites: ['b'] })).toMatchObject({ type: 'INSERT', data: { site: 'b', version: 2 } });
    expect(told(change, { sites: ['a'] })).toMatchObject({ type: 'DELETE', data: { site: 'a', version: 1 } });
    expect(told(change, { sites: ['c'] })).toBeNull();
  });

  it('keeps to the row rule as to a filter', () => {
    const rule = new Set(['b']);
    expect(told(edited({ site: 'a' }, { site: 'b' }), {}, false, rule)).toMatchObject({ type: 'INSERT' });
    expect(told(inserted(), {}, false, rule)).toBeNull();
    expect(told(inserted(), { sites: ['depot'] }, false, rule)).toBeNull();
    expect(told(retired({ site: 'b' }), {}, false, rule)).toMatchObject({ type: 'DELETE' });
  });

  it('tells on request what differs alone, with what names the row', () => {
    const change = replaced({ value: 1, quality: [] }, { value: 2, quality: [] });
    const message = told(change, {}, true);
    expect(message?.oldData).toEqual({ ...naming, value: 1 });
    expect(message?.newData).toEqual({ ...naming, value: 2 });
    const move = told(edited({ label: 'x', version: 1 }, { label: 'y', version: 2 }), {}, true);
    expect(move?.newData).toEqual({ id: 'CP-1', label: 'y', version: 2 });
  });

  it('tells the whole row where it enters, also on request of what differs alone', () => {
    const message = told(edited({ site: 'a' }, { site: 'b' }), { sites: ['b'] }, true);
    expect(message?.data).toHaveProperty('createdAt');
  });
});

const naming = Object.fromEntries(READING_KEY.map((field) => [field, liveReading()[field]]));
