import { describe, expect, it } from 'vitest';
import { dnsNames } from './certificate-names.js';

describe('DNS names among the alternative names of a certificate', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['DNS:CP-1', ['CP-1']],
    ['DNS:CP-1, DNS:cp-1.example.com', ['CP-1', 'cp-1.example.com']],
    ['IP Address:10.0.0.1, DNS:CP-1, URI:urn:x, email:a@b', ['CP-1']],
    // Node quotes what would otherwise be read as several names.
    ['DNS:"CP-1, DNS:CP-2"', ['CP-1, DNS:CP-2']],
    [String.raw`DNS:"CP\"1, DNS:CP-2", DNS:CP-3`, ['CP"1, DNS:CP-2', 'CP-3']],
    ['URI:"http://x/, DNS:CP-2"', []],
    ['DirName:"CN=CP-1, DNS:CP-2", DNS:CP-3', ['CP-3']],
    [String.raw`DNS:"CP-1\u0000.example.com"`, ['CP-1\0.example.com']],
    ['DNS:', ['']],
  ])('of %j are %j', (text, names) => {
    expect(dnsNames(text)).toEqual(names);
  });

  it('are those up to the first that can not be read', () => {
    expect(dnsNames('DNS:CP-1, "DNS:CP-2, DNS:CP-3')).toEqual(['CP-1']);
    expect(dnsNames('DNS:"CP-1, DNS:CP-2')).toEqual([]);
  });
});
