import { describe, expect, it } from 'vitest';
import { feedRow, inserted } from '../../tests/harness/live-changes.js';
import { parseChangeId } from '../../protocol/live/change-id.js';
import { audienceOf } from './audience.js';
import { catchUp, type CatchingUp } from './catch-up.js';
import type { Channel, ChannelMember } from './channel.js';
import { FeedWay } from './feed-way.js';
import type { LiveFrame } from './live-frame.js';
import { LiveHub } from './live-hub.js';
import type { FeedChanges } from './live-row.js';
import { Permits } from './permits.js';

/** A subscription at a hub that has `heard` of the rows that the table has. */
function createFollower(table: readonly FeedChanges[], heard: number) {
  const told: string[] = [];
  const take = (frame: LiveFrame): void => {
    const messages = JSON.parse(frame.payload.toString()) as { changeId: string }[];
    told.push(...messages.map(({ changeId }) => changeId));
  };
  const hub = new LiveHub({
    batchSize: 100,
    batchMs: 50,
    recentBytes: 1_000_000,
    onFrame: () => undefined,
    onSent: () => undefined,
    now: () => 0,
  });
  hub.begin(0, []);
  hub.take(table.slice(0, heard));
  const audience = audienceOf({}, { sites: null });
  let channel: Channel | undefined;
  const member: ChannelMember = {
    deliver: (frame) => {
      take(frame);
      return true;
    },
    fallBehind: () => undefined,
    conflate: () => undefined,
    restart: () => undefined,
  };
  const subscription: CatchingUp = {
    ...{ audience, idText: '"s1"', changedOnly: false, isOver: false },
    give: take,
    room: () => Promise.resolve(),
    join: () => {
      channel = hub.channel(audience, 's1', false);
      channel.join(member, hub.position);
    },
  };
  const follow = (cursor: string) => {
    const changeId = parseChangeId(cursor);
    if (changeId === null) throw new Error(`${cursor} is none`);
    return catchUp(subscription, new FeedWay(changeId), {
      hub,
      source: {
        read: (after, limit) => {
          const head = table.length;
          if (after > head) return Promise.resolve({ kind: 'unknown' });
          return Promise.resolve({ kind: 'rows', rows: table.slice(after, after + limit) });
        },
      },
      permits: new Permits(1),
      batchSize: 100,
      onSource: () => undefined,
    });
  };
  return { hub, told, follow };
}

const ROWS = [
  feedRow(1, inserted(), inserted({ connectorId: 2 })),
  feedRow(2, inserted({ connectorId: 3 }), inserted({ connectorId: 4 }), inserted({ connectorId: 5 })),
  feedRow(3, inserted({ connectorId: 6 })),
];

describe('catchUp', () => {
  it('goes on from memory within a row, and joins', async () => {
    const { told, follow } = createFollower(ROWS, 3);
    expect(await follow('2.0')).toBe('joined');
    expect(told).toEqual(['2.1', '2.2', '3.0']);
  });

  it('tells the rest of a row that the hub has not heard of once, though the hub tells it whole', async () => {
    const { hub, told, follow } = createFollower(ROWS, 1);
    const caughtUp = follow('2.0');
    await expect.poll(() => told).toEqual(['2.1', '2.2', '3.0']);
    hub.take(ROWS.slice(1));
    expect(await caughtUp).toBe('joined');
    expect(told).toEqual(['2.1', '2.2', '3.0']);
  });

  it('joins where another process has told all of a row that the hub has not heard of', async () => {
    const { hub, told, follow } = createFollower(ROWS, 1);
    const caughtUp = follow('2');
    await expect.poll(() => told).toEqual(['3.0']);
    hub.take(ROWS.slice(1));
    expect(await caughtUp).toBe('joined');
    expect(told).toEqual(['3.0']);
  });

  it('knows of no row that there is not, nor of a part of it', async () => {
    const { told, follow } = createFollower(ROWS, 3);
    expect(await follow('4.7')).toBe('unknown');
    expect(await follow('9')).toBe('unknown');
    expect(told).toEqual([]);
  });
});
