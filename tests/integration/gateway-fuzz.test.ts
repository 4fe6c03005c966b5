import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { converse } from './fuzz/conversation.js';
import type { Dice } from './fuzz/dice.js';
import { readFrames } from './fuzz/frame-reader.js';
import { frameSequence } from './fuzz/frame-sequences.js';
import { fuzz } from './fuzz/fuzz-runs.js';
import { FuzzTarget } from './fuzz/fuzz-target.js';
import { ACCEPT, handshake, KEY } from './fuzz/handshakes.js';
import { ingestAnswerFault, ingestText } from './fuzz/ingest-texts.js';
import { mutateBytes, pieces } from './fuzz/mutate-bytes.js';
import { mutatedJson } from './fuzz/mutate-json.js';
import { answerFault, callIn, idOf, isDeep, isToBeAnswered } from './fuzz/ocpp-answers.js';
import { exchangeRaw } from './fuzz/raw-exchange.js';
import { OcppVersion } from './fuzz/schema-samples.js';
import { Opcode } from './fuzz/web-socket-frame.js';

const VERSIONS = (['ocpp1.6', 'ocpp2.0.1'] as const).map((name) => OcppVersion.of(name));
const [ocpp16] = VERSIONS as [OcppVersion];
/** The gateway's own default. */
const MAX_FRAME_BYTES = 3 * 1024 * 1024;
/** A client that pings more often in one breath is cut off: the default of `ws`. */
const MAX_PENDING_PONGS = 60;
const TIMEOUT_MS = 1_800_000;
const TEXTS_A_RUN = 10;
/** Plain answers to handshakes; no other status, and no connection that is kept waiting. */
const STATUSES = [101, 400, 404, 405, 408, 417, 426, 431, 503];

describe('a gateway that is sent what nobody should send', () => {
  let target: FuzzTarget;
  beforeAll(async () => {
    target = await FuzzTarget.start();
  });
  afterAll(() => target[Symbol.asyncDispose]());

  /** Messages as chargers and senders send them are served, each once. */
  async function servesTheNext(): Promise<void> {
    for (const version of VERSIONS) {
      const answers = await converse(`ws://127.0.0.1:${target.port}/ocpp/NEXT`, version.subprotocol, {
        ...{ texts: [bootOf(version)], answers: 1 },
        ...heartbeat(),
      });
      expect(answers).toMatchObject([expect.stringMatching(/^\[3,"boot",\{.*"Accepted"/)]);
    }
    const sent = '{"id":"next","chargePointId":"NEXT","payload":{"connectorId":1,"meterValue":[]}}';
    const answers = await converse(`ws://127.0.0.1:${target.port}/ingest`, null, {
      ...{ texts: [sent], answers: 1 },
      ...lastIngest(),
    });
    expect(answers).toHaveLength(1);
  }

  it(
    'answers a handshake by a status that fits, or by silence when it ends, and hangs on none',
    async () => {
      let answered = 0;
      await fuzz(
        target,
        async (dice, name) => {
          const bytes = handshake(name, 'ocpp1.6', dice);
          const sent = pieces(bytes, dice);
          const received = await exchangeRaw(target.port, [...sent], () => true);
          if (received.length > 0) answered++;
          expect(
            handshakeFault(received.toString('latin1'), bytes),
            bytes.toString('latin1').slice(0, 2_000),
          ).toBe(null);
        },
        servesTheNext,
      );
      expect(answered).toBeGreaterThan(100);
    },
    TIMEOUT_MS,
  );

  it(
    'reads frames as RFC 6455 has them, and answers each message before the first violation at most once',
    async () => {
      await fuzz(
        target,
        async (dice, name) => {
          const bytes = frameSequence(() => ocppText(ocpp16, dice, TEXTS_A_RUN), dice);
          const expected = readFrames(bytes, 'client', MAX_FRAME_BYTES);
          const toAnswer = expected.messages.filter(({ opcode, payload }) => {
            return (
              opcode === Opcode.BINARY || (opcode === Opcode.TEXT && isToBeAnswered(payload.toString('utf8')))
            );
          }).length;
          const pings = expected.messages.filter(({ opcode }) => opcode === Opcode.PING);
          const head = Buffer.from(upgrade(name));
          const heard = (received: Buffer) => readFrames(afterHead(received), 'server', MAX_FRAME_BYTES);
          const count = (received: Buffer, opcode: number) =>
            heard(received).messages.filter((message) => message.opcode === opcode).length;
          const received = await exchangeRaw(target.port, [head, ...pieces(bytes, dice)], (soFar) => {
            if (heard(soFar).end !== 'open') return true;
            if (expected.end !== 'open') return false;
            return count(soFar, Opcode.TEXT) >= toAnswer && count(soFar, Opcode.PONG) >= pings.length;
          });
          const sent = `${pings.length} pings in ${bytes.toString('hex').slice(0, 4_000)}`;
          const { end, messages } = heard(received);
          expect(end, sent).not.toBe('violation');
          expect(count(received, Opcode.TEXT), sent).toBeLessThanOrEqual(toAnswer);
          if (expected.end !== 'open' || pings.length > MAX_PENDING_PONGS) return;
          expect(end, sent).toBe('open');
          expect(count(received, Opcode.TEXT), sent).toBe(toAnswer);
          const pongs = messages.filter(({ opcode }) => opcode === Opcode.PONG);
          expect(
            pongs.map(({ payload }) => payload.toString('hex')),
            sent,
          ).toEqual(pings.map(({ payload }) => payload.toString('hex')));
        },
        servesTheNext,
      );
    },
    TIMEOUT_MS,
  );

  it.each(VERSIONS)(
    'answers every CALL of $subprotocol once, by the schema or by a code of the version',
    async (version) => {
      await fuzz(
        target,
        async (dice, name) => {
          const texts = Array.from({ length: TEXTS_A_RUN }, (_, index) => ocppText(version, dice, index));
          const calls = texts.map(callIn).filter((call) => call !== null);
          const answers = await converse(`ws://127.0.0.1:${target.port}/ocpp/${name}`, version.subprotocol, {
            ...{ texts, answers: texts.filter(isToBeAnswered).length },
            ...heartbeat(),
          });
          expect(answers.length, texts.join('\n')).toBe(texts.filter(isToBeAnswered).length);
          for (const text of answers) {
            expect(answerFault(text, calls, version), `${text} answers one of\n${texts.join('\n')}`).toBe(
              null,
            );
          }
          const asked = texts.flatMap((text) => callIn(text)?.id ?? []);
          // A text that can't be read whole may still be answered by the id at its beginning.
          const unread = texts.filter((text) => callIn(text) === null);
          for (const id of new Set(asked)) {
            if (unread.some((text) => text.includes(`"${id}"`))) continue;
            expect(
              answers.filter((text) => idOf(text) === id).length,
              `answers to ${id} of\n${texts.join('\n')}`,
            ).toBe(asked.filter((each) => each === id).length);
          }
        },
        servesTheNext,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'answers every frame on /ingest once, with a status for each of its messages',
    async () => {
      await fuzz(
        target,
        async (dice, name) => {
          const texts = Array.from({ length: TEXTS_A_RUN }, (_, index) =>
            ingestText(ocpp16, name, index, dice),
          );
          const answers = await converse(`ws://127.0.0.1:${target.port}/ingest`, null, {
            ...{ texts, answers: texts.length },
            ...lastIngest(),
          });
          expect(answers.length, texts.join('\n')).toBe(texts.length);
          for (const text of answers) expect(ingestAnswerFault(text), text).toBe(null);
          const statuses = (all: readonly string[]) => all.map(messagesIn).sort((a, b) => a - b);
          expect(statuses(answers), texts.join('\n')).toEqual(statuses(texts));
        },
        servesTheNext,
      );
    },
    TIMEOUT_MS,
  );
});

function bootOf({ subprotocol }: OcppVersion): string {
  const payload =
    subprotocol === 'ocpp1.6'
      ? { chargePointVendor: 'V', chargePointModel: 'M' }
      : { reason: 'PowerUp', chargingStation: { vendorName: 'V', model: 'M' } };
  return JSON.stringify([2, 'boot', 'BootNotification', payload]);
}

function heartbeat() {
  return { last: '[2,"the-last","Heartbeat",{}]', isLast: /^\[3,"the-last",/ };
}

function lastIngest() {
  return { last: '{"id":"the-last","chargePointId":"NEXT"}', isLast: /"the-last"/ };
}

/** A CALL whose action and payload are mostly right; now and then an answer, or what is no message. */
function ocppText(version: OcppVersion, dice: Dice, index: number): string {
  const action = dice.pick(version.actions);
  const payload = mutatedJson(version.sample(action, dice), dice, dice.pick([0, 0, 1, 3]));
  const id = `f${index}`;
  const text = `[2,"${id}","${action}",${payload}]`;
  const kind = dice.below(12);
  if (kind === 0) return mutateBytes(Buffer.from(text), dice).toString('utf8');
  if (kind === 1) return mutatedJson([2, id, action, { vendorId: 'x' }], dice, 2);
  if (kind === 2)
    return dice.pick([
      `[3,"${id}",${payload}]`,
      `[4,"${id}","GenericError","",{}]`,
      `[4,"${id}"]`,
      `[3,"${id}"]`,
    ]);
  if (kind === 3)
    return `[2,"${id}","${dice.pick(['', 'NoAction', '__proto__', 'toString', 'Heartbeat '])}",${payload}]`;
  return text;
}

function upgrade(name: string): string {
  return [
    `GET /ocpp/${name} HTTP/1.1`,
    ...['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    ...[`Sec-WebSocket-Key: ${KEY}`, 'Sec-WebSocket-Protocol: ocpp1.6', '', ''],
  ].join('\r\n');
}

function afterHead(received: Buffer): Buffer {
  const end = received.indexOf('\r\n\r\n');
  return end < 0 ? Buffer.alloc(0) : received.subarray(end + 4);
}

function handshakeFault(received: string, sent: Buffer): string | null {
  if (received === '') return null;
  const status = Number(/^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/.exec(received)?.[1]);
  if (status === 403 && isOfElsewhere(sent)) return null;
  if (!STATUSES.includes(status)) return `an answer that begins ${JSON.stringify(received.slice(0, 80))}`;
  if (/node_modules|at \w+ \(/.test(received)) return 'an answer that shows the inside of the program';
  if (status !== 101 || !sent.includes(`: ${KEY}\r\n`)) return null;
  return received.includes(`Sec-WebSocket-Accept: ${ACCEPT}\r\n`) ? null : 'a wrong Sec-WebSocket-Accept';
}

/** An open gateway refuses pages of elsewhere, and whoever asks for it by a foreign name. */
function isOfElsewhere(sent: Buffer): boolean {
  const text = sent.toString('latin1');
  const hosts = [...text.matchAll(/^host:([^\r\n]*)/gim)].map(([, host]) => host?.trim());
  return hosts.length !== 1 || hosts[0] !== 'localhost' || /^origin:/im.test(text);
}

/** Messages of a frame, statuses of an answer. What can't be read is refused as a whole. */
function messagesIn(text: string): number {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && !isDeep(value) ? value.length : 1;
  } catch {
    return 1;
  }
}
