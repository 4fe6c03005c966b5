import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.js';

describe('options of a load test', () => {
  it('are one minute of what fits, with everything beside it, unless told', () => {
    expect(parseOptions([])).toMatchObject({
      sockets: null,
      minutes: 1,
      rate: null,
      ramp: 500,
      scenarios: ['steady', 'live-subscribers', 'slow-consumers', 'api-queries'],
      target: null,
    });
  });

  it('leave out what a target by --url cannot be asked', () => {
    expect(parseOptions(['--url', 'ws://host:3000'])).toMatchObject({ scenarios: ['steady'] });
    expect(
      parseOptions([
        '--url',
        'wss://host',
        '--api-url',
        'http://host:3001/',
        '--scenario',
        'ramp,api-queries',
      ]),
    ).toMatchObject({
      scenarios: ['ramp', 'api-queries'],
      target: { gatewayUrl: 'wss://host', liveUrl: null, apiUrl: 'http://host:3001' },
    });
  });

  it('name files by where they are from here, for what runs elsewhere', () => {
    const files = [
      '--key-file',
      'load.key',
      '--passwords-file',
      '/run/load.passwords',
      '--ca-file',
      'ca.pem',
    ];
    expect(parseOptions(['--url', 'wss://host', ...files])?.files).toEqual({
      keyFile: resolve('load.key'),
      passwordsFile: '/run/load.passwords',
      caFile: resolve('ca.pem'),
    });
    expect(parseOptions([])).toMatchObject({ files: {}, listChargePoints: false });
  });

  it('have the charge points listed where their number is said', () => {
    expect(parseOptions(['--sockets', '5', '--list-charge-points'])).toMatchObject({
      listChargePoints: true,
    });
  });

  it('take help for no run', () => {
    expect(parseOptions(['--help'])).toBe(null);
  });

  it.each([
    [['--sokcets', '5'], /Unknown option '--sokcets'/],
    [['5'], /Unexpected argument '5'/],
    [['--sockets', '0'], /^--sockets is a whole number from 1 to 1000000, and not '0'$/],
    [['--sockets', '1.5'], /whole number/],
    [['--sockets', ' '], /whole number/],
    [['--sockets', '1e9'], /whole number/],
    [['--minutes', 'NaN'], /^--minutes is a number/],
    [['--minutes', '-1'], /^--minutes is a number|ambiguous/],
    [['--rate', 'Infinity'], /^--rate is a number/],
    [['--scenario', 'stedy'], /^no scenario is named 'stedy'; there are steady, ramp/],
    [['--scenario', ''], /^no scenario is named ''/],
    [['--scenario', 'api-queries'], /stand beside charge points/],
    [['--ensure', 'p99 < 5'], /nothing is measured as 'p99'/],
    [['--ensure', 'readings.latency.p99'], /is no expectation/],
    [['--url', 'host:3000'], /^--url is like ws:/],
    [['--url', 'http://host:3000'], /^--url is like ws:/],
    [['--url', 'ws://host:3000/ocpp'], /without a path/],
    [['--url', 'ws://host:3000/?a=b'], /without a path/],
    [['--url', 'ws://me:secret@host:3000'], /without a path or a name/],
    [['--url', 'ws://host', '--live-url', 'http://host'], /^--live-url is like ws:/],
    [['--url', 'ws://host', '--api-url', 'ws://host'], /^--api-url is like http:/],
    [['--rate', '250001'], /^--rate is a number from 0\.01 to 250000/],
    [['--api-url', 'http://host'], /go with --url/],
    [['--key-file', 'load.key'], /^--key-file goes with --url/],
    [['--passwords-file', 'load.passwords'], /^--passwords-file goes with --url/],
    [['--ca-file', 'ca.pem'], /^--ca-file goes with --url/],
    [['--url', 'ws://host', '--key-file', ''], /^--key-file is the name of a file/],
    [['--url', 'ws://host', '--key-file'], /argument missing/],
    [['--list-charge-points'], /needs --sockets/],
    [['--url', 'ws://host', '--scenario', 'steady,live-subscribers'], /needs --live-url/],
  ])('%j is refused in one line', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
