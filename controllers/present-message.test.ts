import { describe, expect, it } from 'vitest';
import type { MessageKey } from '../store/read/message-keys.js';
import { presentMessage } from './present-message.js';

const key: MessageKey = {
  chargePointId: 'CP-1',
  evseId: 0,
  connectorId: 1,
  timestamp: new Date('2026-03-10T06:00:00.001Z'),
  transactionId: 1,
  externalId: null,
};

describe('the session of a rebuilt message', () => {
  it.each([
    ['7', 7],
    ['0', 0],
    ['-1', -1],
    ['9007199254740991', 9_007_199_254_740_991],
    // As a number it would be another one, or the same as another's.
    ['9007199254740993', '9007199254740993'],
    ['007', '007'],
    ['-0', '-0'],
    ['1e3', '1e3'],
    ['0x10', '0x10'],
    [' 7', ' 7'],
    ['', ''],
    ['a1b2', 'a1b2'],
  ])('named %j is %j', (externalId, transactionId) => {
    expect(presentMessage({ ...key, externalId }, []).payload).toMatchObject({ transactionId });
  });

  it('is left out where there was none', () => {
    expect(presentMessage(key, []).payload).not.toHaveProperty('transactionId');
  });
});
