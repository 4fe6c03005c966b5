import { describe, expect, it } from 'vitest';
import type { SinkMessage } from '../reading-sink.js';
import { countOutcomes } from './count-outcomes.js';
import type { StagedRow } from './staged-row.js';

const message = (offset: number, partition = 0): SinkMessage => ({
  partition,
  offset,
  chargePointId: 'CP-1',
  protocol: 'json',
  messageId: null,
  receivedAt: 0,
  readings: [],
  rejects: [],
  session: null,
  redriveOf: null,
});

const row = (at: number, timestampMs: number): StagedRow => ({
  message: at,
  part: 0,
  seriesId: 1,
  contextId: 1,
  timestampMs,
  value: 1,
  transactionId: null,
  externalId: null,
  quality: 0,
  receivedAtMs: 0,
});

describe('countOutcomes', () => {
  it('takes a message for stored by one new or conflicting reading, for rejected without a good one, else for a duplicate', () => {
    const { batch } = countOutcomes(
      {
        messages: [message(0), message(1), message(2), message(3)],
        rows: [row(0, 5), row(0, 6), row(1, 5), row(2, 5)],
        verdicts: ['duplicate', 'new', 'conflicting', 'duplicate'],
        rejected: [1, 0, 1, 2],
        sessions: null,
        signed: [],
      },
      new Map(),
      0,
    );

    expect(batch).toEqual({
      messages: { received: 4, stored: 2, duplicate: 1, rejected: 1 },
      readings: { stored: 1, duplicate: 2, conflicting: 1, rejected: 4 },
    });
  });

  it('takes a message for stored by one new signed value, and for a duplicate when all of them are known', () => {
    const { batch } = countOutcomes(
      {
        messages: [message(0), message(1), message(2), message(3)],
        rows: [row(3, 5)],
        verdicts: ['duplicate'],
        rejected: [0, 0, 0, 0],
        sessions: null,
        signed: [
          { message: 0, isNew: true },
          { message: 0, isNew: false },
          { message: 1, isNew: false },
          { message: 3, isNew: true },
        ],
      },
      new Map(),
      0,
    );

    expect(batch.messages).toEqual({ received: 4, stored: 2, duplicate: 1, rejected: 1 });
    expect(batch.readings).toEqual({ stored: 0, duplicate: 1, conflicting: 0, rejected: 0 });
  });

  it('takes the first Start or Stop and newly waiting readings for stored, and a session told again for a duplicate', () => {
    const outcome = (isFirst: boolean, newlyWaiting: number, repeatedWaiting: number) => ({
      isFirst,
      newlyWaiting,
      repeatedWaiting,
    });
    const { batch } = countOutcomes(
      {
        messages: [message(0), message(1), message(2), message(3), message(4)],
        rows: [row(3, 5)],
        verdicts: null,
        rejected: [0, 0, 0, 0, 1],
        signed: [],
        sessions: new Map([
          [0, outcome(true, 0, 0)],
          [1, outcome(false, 1, 2)],
          [2, outcome(false, 0, 3)],
          [3, outcome(false, 0, 0)],
        ]),
      },
      new Map(),
      0,
    );

    expect(batch).toEqual({
      messages: { received: 5, stored: 3, duplicate: 1, rejected: 1 },
      readings: { stored: 1, duplicate: 5, conflicting: 0, rejected: 1 },
    });
  });

  it('counts a record below the high-water mark of its partition for the batch, not for the position', () => {
    const { batch, counted } = countOutcomes(
      {
        messages: [message(9), message(10), message(9, 1)],
        rows: [row(0, 1), row(1, 5), row(2, 7)],
        verdicts: null,
        rejected: [0, 0, 0],
        sessions: null,
        signed: [],
      },
      new Map([[0, 10]]),
      0,
    );

    expect(batch.readings.stored).toBe(3);
    expect(counted.get(0)).toMatchObject({
      messages: { received: 1 },
      readings: { stored: 1 },
      firstMs: 1,
      lastMs: 5,
    });
    expect(counted.get(1)).toMatchObject({ messages: { received: 1 }, firstMs: 7, lastMs: 7 });
  });
});
