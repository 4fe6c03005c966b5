/** Sequences of WebSocket frames that are nearly right, around messages that are. */
import type { Dice } from './dice.js';
import { mutateBytes } from './mutate-bytes.js';
import { encodeFrame, Opcode, partsOf, type FrameParts } from './web-socket-frame.js';

/** @param message makes the text of a message. */
export function frameSequence(message: () => string, dice: Dice): Buffer {
  const frames = Array.from({ length: 1 + dice.below(6) }, () => validFrames(message, dice)).flat();
  if (dice.chance(0.1)) frames.push(partsOf(Opcode.CLOSE, closePayload(dice)));
  const faults = dice.below(3);
  for (let fault = 0; fault < faults; fault++) {
    const at = dice.below(frames.length);
    const frame = frames[at];
    if (frame !== undefined) frames.splice(at, 1, ...faulty(frame, dice));
  }
  const bytes = Buffer.concat(frames.map(encodeFrame));
  return dice.chance(0.3) ? mutateBytes(bytes, dice) : bytes;
}

function validFrames(message: () => string, dice: Dice): FrameParts[] {
  const control = (): FrameParts =>
    partsOf(dice.pick([Opcode.PING, Opcode.PONG]), dice.bytes(dice.pick([0, 1, 125])));
  const kind = dice.below(10);
  if (kind === 0) return [control()];
  if (kind === 1) return [partsOf(Opcode.BINARY, dice.bytes(dice.below(300)))];
  const payload = Buffer.from(message());
  if (kind < 6) return [partsOf(Opcode.TEXT, payload, { mask: dice.bytes(4) })];
  const cuts = [0, dice.below(payload.length + 1), payload.length].sort((a, b) => a - b);
  return cuts.flatMap((from, index) => {
    const opcode = index === 0 ? Opcode.TEXT : Opcode.CONTINUATION;
    const part = partsOf(opcode, payload.subarray(from, cuts[index + 1] ?? payload.length), {
      fin: index === cuts.length - 1,
    });
    return dice.chance(0.3) && !part.fin ? [part, control()] : [part];
  });
}

const FAULTS: readonly ((frame: FrameParts, dice: Dice) => readonly FrameParts[])[] = [
  (frame, dice) => [{ ...frame, reserved: 1 + dice.below(7) }],
  (frame, dice) => [{ ...frame, opcode: dice.below(16) }],
  (frame) => [{ ...frame, mask: null }],
  (frame) => [{ ...frame, fin: !frame.fin }],
  (frame) => [{ ...frame, lengthForm: '64' }],
  (frame) => [{ ...frame, lengthForm: '16' }],
  (frame, dice) => [
    {
      ...frame,
      lengthForm: '64',
      declaredLength: dice.pick([
        3_145_729n,
        1n << 31n,
        1n << 32n,
        1n << 53n,
        (1n << 63n) + 1n,
        (1n << 64n) - 1n,
      ]),
    },
  ],
  (frame, dice) => [{ ...frame, declaredLength: frame.declaredLength + BigInt(dice.below(9) - 4) }],
  () => [],
  (frame) => [frame, frame],
  (frame, dice) => [frame, partsOf(Opcode.CLOSE, closePayload(dice))],
  (frame, dice) => [partsOf(dice.pick([Opcode.PING, Opcode.PONG]), dice.bytes(126)), frame],
  (frame) => [...Array.from({ length: 40 }, () => partsOf(Opcode.PING, Buffer.from('flood'))), frame],
];

function faulty(frame: FrameParts, dice: Dice): readonly FrameParts[] {
  return dice.pick(FAULTS)(frame, dice);
}

function closePayload(dice: Dice): Buffer {
  const code = Buffer.alloc(2);
  code.writeUInt16BE(
    dice.pick([0, 999, 1000, 1001, 1004, 1005, 1006, 1012, 1015, 2999, 3000, 4999, 5000, 65_535]),
  );
  return dice.pick([
    Buffer.alloc(0),
    Buffer.from([3]),
    code,
    Buffer.concat([code, Buffer.from('bye')]),
    Buffer.concat([code, Buffer.from([0xff, 0xc0])]),
    Buffer.concat([code, Buffer.alloc(123, 'x')]),
  ]);
}
