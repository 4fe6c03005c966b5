import { describe, expect, it } from 'vitest';
import { replayOptionsSchema } from './options.js';

const parse = (options: Record<string, unknown>) =>
  replayOptionsSchema.safeParse({ file: 'a.csv', ...options });

describe('the options of a replay', () => {
  it('have defaults for all but the file', () => {
    expect(replayOptionsSchema.parse({ file: 'a.csv' })).toEqual({
      file: 'a.csv',
      url: new URL('ws://127.0.0.1:3000'),
      protocol: 'json',
      speed: 'max',
      connections: 8,
      window: 256,
      giveUpAfter: 300,
      connectWithin: 10,
      answerWithin: 30,
    });
    expect(replayOptionsSchema.safeParse({}).success).toBe(false);
  });

  it.each([
    ['max', 'max'],
    ['realtime', 1],
    ['60x', 60],
    ['0.5x', 0.5],
    ['12', 12],
  ])('take the speed %s', (text, speed) => {
    expect(parse({ speed: text }).data?.speed).toBe(speed);
  });

  it.each([
    [{ speed: 'fast' }],
    [{ speed: '0x' }],
    [{ speed: '-1x' }],
    [{ speed: 'Infinityx' }],
    [{ url: 'localhost' }],
    [{ url: 'ftp://h' }],
    [{ protocol: 'ocpp2.0.1' }],
    [{ connections: '0' }],
    [{ window: '1.5' }],
    [{ shuffle: '-1' }],
    [{ shuffle: '1', speed: 'realtime' }],
    [{ surprise: true }],
    [{ ledger: './a.csv' }],
    [{ ledger: 'state.json', resume: './x/../state.json' }],
    [{ sheet: [] }],
  ])('refuse %j', (options) => {
    expect(parse(options).success).toBe(false);
  });

  it('take an http address for the ws one that is meant', () => {
    expect(parse({ url: 'https://gateway.example' }).data?.url.href).toBe('wss://gateway.example/');
  });
});
