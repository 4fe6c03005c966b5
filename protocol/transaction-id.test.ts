import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllocatedId, MAX_TRANSACTION_ID, transactionIdOf } from './transaction-id.js';

const START = { connectorId: 1, idTag: 'tag', meterStart: 1250, timestamp: '2026-03-10T06:00:00Z' };

describe('the id of a transaction', () => {
  it('is the first 31 bits of the SHA-256 of what tells sessions apart, as the documentation says', () => {
    const text = '["CP-1",1,"2026-03-10T06:00:00Z","tag",1250]';
    const hex = createHash('sha256').update(text).digest('hex');
    expect(transactionIdOf('CP-1', START)).toBe(Math.floor(parseInt(hex.slice(0, 8), 16) / 2));
  });

  it('never changes, since ids are stored: this one is written down', () => {
    expect(transactionIdOf('CP-1', START)).toBe(513_236_867);
  });

  it('does not depend on the order of the fields, nor on any other field', () => {
    const { connectorId, idTag, meterStart, timestamp } = START;
    const other = { timestamp, reservationId: 7, meterStart, idTag, connectorId };
    expect(transactionIdOf('CP-1', other)).toBe(transactionIdOf('CP-1', START));
  });

  it.each([
    ['connectorId', 2],
    ['idTag', 'gat'],
    ['meterStart', 1251],
    ['timestamp', '2026-03-10T06:00:01Z'],
  ])('depends on %s', (field, value) => {
    expect(transactionIdOf('CP-1', { ...START, [field]: value })).not.toBe(transactionIdOf('CP-1', START));
  });

  it('depends on the charge point', () => {
    expect(transactionIdOf('CP-2', START)).not.toBe(transactionIdOf('CP-1', START));
  });

  it('is from 1 to 2147483647 whatever was sent', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (chargePointId, payload) => {
        const id = transactionIdOf(chargePointId, payload);
        expect(isAllocatedId(String(id))).toBe(true);
        expect(transactionIdOf(chargePointId, payload)).toBe(id);
      }),
    );
  });

  it.each(['0', '-1', '', '01', '1.5', '0x10', '1e3', ' 5', '2147483648', '99999999999', 'abc'])(
    'can not be %j',
    (name) => expect(isAllocatedId(name)).toBe(false),
  );

  it.each(['1', '7', String(MAX_TRANSACTION_ID)])('can be %j', (name) =>
    expect(isAllocatedId(name)).toBe(true),
  );
});
