import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edited, feedRow, inserted, registered, type Unplaced } from '../../tests/harness/live-changes.js';
import type { LiveFilter } from '../../protocol/live/client-message.js';
import { audienceOf } from './audience.js';
import type { ChannelMember } from './channel.js';
import type { LiveFrame } from './live-frame.js';
import { LiveHub, type LiveHubOptions } from './live-hub.js';
import { presentChange } from './present-change.js';
import { routeRow } from './live-row.js';
import { SiteMap } from './site-map.js';

class Member implements ChannelMember {
  readonly frames: { changeId: string; type: string; id: string }[][] = [];
  readonly conflated: string[] = [];
  toldAt: string | undefined;
  hasRoom = true;
  readonly restarts: string[] = [];

  get ids(): string[] {
    return this.frames.flat().map(({ changeId }) => changeId);
  }

  deliver(frame: LiveFrame): boolean {
    if (!this.hasRoom) return false;
    this.frames.push(JSON.parse(frame.payload.toString()) as Member['frames'][number]);
    return true;
  }

  fallBehind(told: string): void {
    this.toldAt = told;
  }

  conflate(changes: readonly { change: { changeId: string } }[]): void {
    this.conflated.push(...changes.map(({ change }) => change.changeId));
  }

  restart(reason: string): void {
    this.restarts.push(reason);
  }
}

function createHub(options: Partial<LiveHubOptions> = {}) {
  const sent: number[] = [];
  const frames: number[] = [];
  const hub = new LiveHub<Member>({
    batchSize: 100,
    batchMs: 50,
    recentBytes: 1_000_000,
    onFrame: (_, members) => frames.push(members),
    onSent: (at) => sent.push(at),
    // Nothing ever takes time: it is idle.
    now: () => 0,
    ...options,
  });
  const join = (filter: LiveFilter, id = 's1', changedOnly = false) => {
    const member = new Member();
    const channel = hub.channel(audienceOf(filter, { sites: null }), id, changedOnly);
    channel.join(member, hub.position);
    return { member, channel };
  };
  return { hub, join, sent, frames };
}

describe('LiveHub', () => {
  it('sends at once when idle, a row as one frame, to its subscribers alone', () => {
    const { hub, join, sent } = createHub();
    const all = join({}).member;
    const other = join({ chargePointIds: ['CP-2'] }).member;
    hub.take([feedRow(1, inserted(), inserted({ connectorId: 2 }))]);
    expect(all.frames.map((frame) => frame.map(({ changeId }) => changeId))).toEqual([['1.0', '1.1']]);
    expect(other.frames).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  it('puts so many messages into a frame and no more', () => {
    const { hub, join } = createHub({ batchSize: 3 });
    const { member } = join({});
    hub.take([feedRow(1, ...Array.from({ length: 7 }, () => inserted()))]);
    expect(member.frames.map((frame) => frame.length)).toEqual([3, 3, 1]);
    expect(member.ids).toEqual(['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6']);
  });

  it('gathers while it rests, and rests as long as sending took, at most batchMs', async () => {
    let at = 0;
    const { hub, join } = createHub({ batchMs: 5, now: () => (at += 1_000) });
    const { member } = join({});
    hub.take([feedRow(1, inserted())]);
    expect(member.frames).toHaveLength(1);
    hub.take([feedRow(2, inserted())]);
    hub.take([feedRow(3, inserted())]);
    expect(member.frames).toHaveLength(1);
    await expect.poll(() => member.frames.length).toBe(2);
    expect(member.frames[1]?.map(({ changeId }) => changeId)).toEqual(['2.0', '3.0']);
    hub.stop();
  });

  it('has one channel for those who are told the same, and none when they have left', () => {
    const { hub, join, frames } = createHub();
    const one = join({ sites: ['a', 'b'] });
    const other = join({ sites: ['b', 'a'] });
    join({ sites: ['b', 'a'] }, 's2');
    join({ sites: ['b', 'a'] }, 's1', true);
    expect(hub.channelCount).toBe(3);
    expect(one.channel).toBe(other.channel);
    hub.take([feedRow(1, registered({ site: 'a' }))]);
    expect(frames.toSorted()).toEqual([1, 1, 2]);
    one.channel.leave(one.member);
    hub.release(one.channel);
    expect(hub.channelCount).toBe(3);
    other.channel.leave(other.member);
    hub.release(other.channel);
    expect(hub.channelCount).toBe(2);
  });

  it('goes by the sites of then, in the order of the feed', () => {
    const { hub, join } = createHub();
    hub.begin(10, [['CP-1', 'a']]);
    const a = join({ sites: ['a'], kinds: ['reading'] }).member;
    const b = join({ sites: ['b'], kinds: ['reading'] }).member;
    hub.take([
      feedRow(11, inserted()),
      feedRow(12, edited({ site: 'a' }, { site: 'b' })),
      feedRow(13, inserted()),
    ]);
    expect(a.ids).toEqual(['11.0']);
    expect(b.ids).toEqual(['13.0']);
  });

  it('gives who has no room to conflation, and tells up to where it was told all', () => {
    const { hub, join } = createHub();
    const slow = join({});
    const quick = join({});
    hub.take([feedRow(1, inserted())]);
    slow.member.hasRoom = false;
    hub.take([feedRow(2, inserted()), feedRow(3, inserted())]);
    hub.take([feedRow(4, inserted())]);
    expect(slow.member).toMatchObject({ toldAt: '1.0', conflated: ['2.0', '3.0', '4.0'] });
    slow.member.hasRoom = true;
    slow.channel.join(slow.member, hub.position);
    hub.take([feedRow(5, inserted())]);
    expect(slow.member.ids).toEqual(['1.0', '5.0']);
    expect(quick.member.ids).toEqual(['1.0', '2.0', '3.0', '4.0', '5.0']);
  });

  it('gives what is gathered to who was there, and not to who joins now', async () => {
    let at = 0;
    const { hub, join } = createHub({ batchMs: 5, now: () => (at += 1_000) });
    const early = join({}).member;
    hub.take([feedRow(1, inserted())]);
    hub.take([feedRow(2, inserted())]);
    const late = join({}).member;
    hub.take([feedRow(3, inserted())]);
    await expect.poll(() => early.ids).toEqual(['1.0', '2.0', '3.0']);
    expect(late.ids).toEqual(['3.0']);
    hub.stop();
  });

  it('tells who waits for a position, and begins anew for everybody when the feed is lost', async () => {
    const { hub, join } = createHub();
    const { member } = join({});
    const reached = hub.reached(2);
    hub.take([feedRow(1), feedRow(2)]);
    await reached;
    hub.restart(40, [], 'expired');
    expect(member.restarts).toEqual(['expired']);
    expect(hub.position).toBe(40);
    expect(hub.recent.at(2)).toBeUndefined();
  });

  it('refreshes those who heard nothing, and nobody twice', () => {
    const { hub, join } = createHub();
    const { member } = join({ chargePointIds: ['CP-9'] });
    hub.take([feedRow(1, inserted())]);
    hub.refresh('2026-03-10T06:00:00.000Z');
    hub.refresh('2026-03-10T06:00:00.000Z');
    expect(member.frames).toEqual([[expect.objectContaining({ type: 'STATUS', changeId: '1' })]]);
  });

  it('tells exactly those who would be told if everybody were asked', () => {
    const names = fc.subarray(['CP-0', 'CP-1', 'CP-2'], { minLength: 1 });
    const sites = fc.subarray(['', 'a', 'b'], { minLength: 1 });
    const filter = fc.record(
      {
        chargePointIds: names,
        sites,
        measurands: fc.subarray(['SoC', 'Voltage'], { minLength: 1 }),
        kinds: fc.subarray(['reading', 'chargePoint', 'fleet'] as const, { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    const id = fc.constantFrom('CP-0', 'CP-1', 'CP-2');
    const site = fc.constantFrom('', 'a', 'b');
    const change: fc.Arbitrary<Unplaced> = fc.oneof(
      fc
        .record({ chargePointId: id, measurand: fc.constantFrom('SoC', 'Voltage') })
        .map((fields) => inserted(fields)),
      fc.record({ id, site }).map((fields) => registered(fields)),
      fc
        .tuple(id, site, site)
        .map(([each, from, to]) => edited({ id: each, site: from }, { id: each, site: to })),
    );
    fc.assert(
      fc.property(
        fc.array(filter, { maxLength: 6 }),
        fc.array(change, { maxLength: 12 }),
        (filters, changes) => {
          const { hub, join } = createHub();
          const members = filters.map((each, at) => join(each, `s${at}`));
          const map = new SiteMap();
          const expected = filters.map(() => [] as string[]);
          for (const [at, each] of changes.entries()) {
            hub.take([feedRow(at + 1, each)]);
            for (const routed of routeRow(feedRow(at + 1, each), map).changes)
              for (const [which, asked] of filters.entries())
                if (presentChange(routed, audienceOf(asked, { sites: null }), false) !== null)
                  expected[which]?.push(routed.change.changeId);
          }
          expect(members.map(({ member }) => member.ids)).toEqual(expected);
        },
      ),
    );
  });
});
