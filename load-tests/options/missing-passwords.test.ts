import { describe, expect, it } from 'vitest';
import { missingPasswords } from './missing-passwords.js';

const ids = ['LOAD-ramp-0-0', 'LOAD-ramp-0-1', 'LOAD-ramp-0-2'];
const knowing = (...known: readonly string[]) => ({
  authorization: (id: string | null) => (known.includes(id ?? '') ? 'Basic c2VjcmV0' : undefined),
});

describe('passwords of a load', () => {
  it('are all there, with more beside them', () => {
    expect(missingPasswords(ids, { passwordsFile: 'f' }, knowing(...ids, 'CP-1'))).toBe(null);
  });

  it('lack for some: how many, which is the first, and how to make them', () => {
    const line = missingPasswords(ids, { passwordsFile: 'load.passwords' }, knowing('LOAD-ramp-0-0'));
    expect(line).toMatch(
      /^load\.passwords has no password for 2 of 3 charge points, the first is LOAD-ramp-0-1: .*--list-charge-points/,
    );
    expect(line).not.toContain('Basic');
  });

  it('are not looked for where no file is given: the gateway says whether it asks', () => {
    expect(missingPasswords(ids, {}, knowing())).toBe(null);
  });
});
