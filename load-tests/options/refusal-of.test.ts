import { describe, expect, it } from 'vitest';
import { refusalOf, remedyOfFailure } from './refusal-of.js';

const FILES = { keyFile: '/run/load.key', passwordsFile: '/run/load.passwords' };

describe('a door that stays shut before a load', () => {
  it.each([
    ['gateway', 401, {}, /asks charge points for passwords \(401\): give --passwords-file/],
    ['gateway', 401, FILES, /password in \/run\/load\.passwords \(401\).*charge-point create/],
    ['ingest', 401, {}, /asks for a key on \/ingest \(401\): give --key-file.*--scope readings:write`$/],
    ['ingest', 401, FILES, /key or token in \/run\/load\.key on \/ingest \(401\)/],
    ['ingest', 403, FILES, /send readings on \/ingest \(403\).*readings:write/],
    ['live', 403, FILES, /hear of readings \(403\).*readings:read/],
    ['api', 401, {}, /asks for a key \(401\): give --key-file.*readings:read/],
    ['api', 403, FILES, /figures of all sites \(403\).*readings:read, of all sites/],
  ] as const)('%s, %i: says what helps', (door, status, files, line) => {
    expect(refusalOf(door, status, files)).toMatch(line);
  });

  it.each([
    ['gateway', 403],
    ['gateway', 404],
    ['ingest', 503],
    ['live', 200],
    ['api', 500],
  ] as const)('%s, %i: is no matter of credentials', (door, status) => {
    expect(refusalOf(door, status, FILES)).toBe(null);
  });

  it('is one whose certificate nobody vouches for: the file of its authority helps', () => {
    const untrusted = Object.assign(new Error('self-signed certificate'), {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(remedyOfFailure(untrusted)).toMatch(/^self-signed certificate: give --ca-file/);
    expect(remedyOfFailure(new Error('connect ECONNREFUSED '))).toBe('connect ECONNREFUSED');
  });
});
