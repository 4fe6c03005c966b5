import pino from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { EncodedCall } from '../../../protocol/charger-protocol.js';
import { ocpp16Protocol } from '../../../protocol/ocpp16/ocpp16-protocol.js';
import type { ClaimedCommand } from '../../../store/commands/claim-commands.js';
import type { EndedCommand } from '../../../store/commands/end-commands.js';
import { Session, type SessionSocket } from '../sessions/session.js';
import { CommandInbox } from './command-inbox.js';

function setUp(
  options: {
    claim?: (ids: readonly string[]) => Promise<ReadonlyMap<string, ClaimedCommand>>;
    encode?: ((id: string, action: string) => EncodedCall) | null;
    now?: () => number;
    isServing?: boolean;
  } = {},
) {
  const sent: string[] = [];
  const ended: EndedCommand[] = [];
  const logged: string[] = [];
  const socket: SessionSocket = {
    chargePointId: 'CP-1',
    peer: '',
    isServing: options.isServing ?? true,
    call: (text) => sent.push(text) > 0,
    replaced: () => undefined,
  };
  const watcher = { changed: () => undefined, closed: () => undefined, replied: () => undefined };
  const encode = options.encode ?? ((id: string) => ({ ok: true, text: id }) as const);
  const protocol = {
    ...ocpp16Protocol({ limits: { maxAheadMs: 1, minTimestampMs: 0 } }),
    encodeCall: options.encode === null ? null : encode,
  };
  const session = new Session(1, socket, protocol, watcher, () => 0);
  const claim =
    options.claim ??
    ((ids) =>
      Promise.resolve(
        new Map(ids.map((id) => [id, { id, action: 'Reset', payload: {}, remainingMs: 60_000 }])),
      ));
  const asked = vi.fn(claim);
  const inbox = new CommandInbox(
    {
      claim: asked,
      async *queued() {
        yield await Promise.resolve([
          { id: 'q1', chargePointId: 'CP-1' },
          { id: 'q2', chargePointId: 'elsewhere' },
        ]);
      },
    },
    { put: (end) => ended.push(end) },
    (id) => (id === 'CP-1' ? session : undefined),
    pino({ level: 'info' }, { write: (line) => void logged.push(line) }),
    options.now ?? (() => 0),
  );
  return { inbox, session, sent, ended, asked, logged };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const reply = (messageId: string, payload: unknown = {}) => ({ kind: 'result', messageId, payload }) as const;

describe('the command inbox', () => {
  it('claims a command of a charge point that is here, sends it, and tells its end', async () => {
    const { inbox, session, sent, ended } = setUp();
    inbox.offer({ id: 'a', chargePointId: 'CP-1' });
    inbox.offer({ id: 'b', chargePointId: 'elsewhere' });
    await settle();
    expect(sent).toEqual(['a']);
    session.calls.reply(reply('a', { status: 'Accepted' }));
    expect(ended).toEqual([
      { id: 'a', wasSent: true, end: { state: 'answered', answer: { status: 'Accepted' } } },
    ]);
  });

  it('takes a command once that it hears of twice, and finds what nobody told of', async () => {
    const { inbox, sent, asked } = setUp();
    for (let time = 0; time < 3; time++) inbox.offer({ id: 'q1', chargePointId: 'CP-1' });
    await inbox.poll();
    await settle();
    expect(sent).toEqual(['q1']);
    expect(asked.mock.calls).toEqual([[['q1']]]);
  });

  it('sends nothing that another process claimed, and leaves what it could not claim queued', async () => {
    const claimedElsewhere = setUp({ claim: () => Promise.resolve(new Map()) });
    const outage = setUp({ claim: () => Promise.reject(new Error('down')) });
    for (const { inbox, sent, ended } of [claimedElsewhere, outage]) {
      inbox.offer({ id: 'a', chargePointId: 'CP-1' });
      await settle();
      expect([sent, ended]).toEqual([[], []]);
    }
  });

  it('does not send a command whose time passed while it was claimed', async () => {
    let clock = 0;
    const { inbox, sent, ended } = setUp({ now: () => (clock += 40_000) });
    inbox.offer({ id: 'a', chargePointId: 'CP-1' });
    await settle();
    expect(sent).toEqual(['a']);
    const late = setUp({ now: () => (clock += 70_000) });
    late.inbox.offer({ id: 'a', chargePointId: 'CP-1' });
    await settle();
    expect(late.sent).toEqual([]);
    expect(late.ended).toEqual([{ id: 'a', wasSent: false, end: { state: 'expired' } }]);
    expect(ended).toEqual([]);
  });

  it.each([
    [
      'the schema refuses',
      () => ({ ok: false, fault: 'invalid_payload', path: '/type', detail: 'is missing' }) as const,
      'invalid_payload',
      '/type: is missing',
    ],
    [
      'the protocol does not know',
      () => ({ ok: false, fault: 'unknown_action', path: '', detail: 'no such action' }) as const,
      'unknown_action',
      'no such action',
    ],
    ['the protocol has no calls for', null, 'unknown_action', 'ocpp1.6 has no calls to its clients'],
    [
      'a bug meets',
      () => {
        throw new Error('bug');
      },
      'invalid_payload',
      'internal error',
    ],
  ] as const)('ends what %s without sending it, and goes on', async (_, encode, failure, detail) => {
    const { inbox, sent, ended } = setUp({ encode });
    inbox.offer({ id: 'a', chargePointId: 'CP-1' });
    await settle();
    expect(sent).toEqual([]);
    expect(ended).toEqual([{ id: 'a', wasSent: false, end: { state: 'failed', failure, detail } }]);
  });

  it('leaves commands to the next gateway when the socket is about to close', async () => {
    const { inbox, asked } = setUp({ isServing: false });
    inbox.offer({ id: 'a', chargePointId: 'CP-1' });
    await settle();
    expect(asked).not.toHaveBeenCalled();
  });

  it('logs where an answer differs from its schema, and takes it all the same', async () => {
    const { inbox, session, ended, logged } = setUp();
    for (const [id, answer] of [
      ['a', { status: 'Accepted' }],
      ['b', { status: 'Gladly', when: 'soon' }],
    ] as const) {
      inbox.offer({ id, chargePointId: 'CP-1' });
      await settle();
      session.calls.reply(reply(id, answer));
    }
    expect(ended.map(({ end }) => end.state)).toEqual(['answered', 'answered']);
    expect(logged.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        ...{ id: 'b', chargePointId: 'CP-1', action: 'Reset' },
        notes: ['when is no field of this message', 'status: must be one of "Accepted", "Rejected"'],
      },
    ]);
  });

  it('keeps no answer that is too large', async () => {
    const { inbox, session, ended } = setUp();
    inbox.offer({ id: 'a', chargePointId: 'CP-1' });
    await settle();
    session.calls.reply(reply('a', { text: 'x'.repeat(1_048_576) }));
    expect(ended).toMatchObject([{ wasSent: true, end: { state: 'failed', failure: 'answer_too_large' } }]);
  });
});
