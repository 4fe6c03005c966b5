import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { BootData } from '../../protocol/charger-protocol.js';
import { LeniencyCounts, MAX_MODELS } from './leniency-counts.js';

const boot = (vendor: string, model: string): BootData => ({
  ...{ vendor, model, serialNumber: '', firmwareVersion: '' },
});

function counting() {
  const counter = new Counter({
    ...{ name: 'leniencies', help: 'x', labelNames: ['leniency', 'model'] as const },
    registers: [new Registry()],
  });
  const series = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await counter.get()).values.map(({ labels, value }) => [
        `${labels.leniency ?? ''} ${labels.model ?? ''}`,
        value,
      ]),
    );
  return { counts: new LeniencyCounts<object>(counter), series };
}

describe('counts of leniencies', () => {
  it('are by the model of the last boot, and of none before it', async () => {
    const { counts, series } = counting();
    const socket = {};
    counts.note(socket, { leniencies: ['nullForAbsent'] });
    counts.note(socket, { leniencies: ['unknownValue', 'nullForAbsent'], boot: boot('Acme', 'M1') });
    counts.note(socket, { leniencies: ['nullForAbsent'] });
    counts.note({}, { leniencies: ['nullForAbsent'] });
    counts.note(socket, { boot: boot('', '') });
    counts.note(socket, { leniencies: ['nullForAbsent'] });
    counts.note(socket, {});
    counts.note(socket, { leniencies: [] });
    expect(await series()).toEqual({
      ...{ 'nullForAbsent unknown': 3, 'unknownValue Acme M1': 1, 'nullForAbsent Acme M1': 2 },
    });
  });

  it('are together once there are too many models', async () => {
    const { counts, series } = counting();
    for (let index = 0; index < MAX_MODELS + 50; index++) {
      counts.note({}, { leniencies: ['unknownValue'], boot: boot('Acme', `M${index}`) });
    }
    counts.note({}, { leniencies: ['unknownValue'], boot: boot('Acme', 'M0') });
    counts.note({}, { leniencies: ['unknownValue'] });
    const all = await series();
    expect(Object.keys(all)).toHaveLength(MAX_MODELS + 2);
    expect(all).toMatchObject({
      ...{ 'unknownValue other': 50, 'unknownValue Acme M0': 2, 'unknownValue unknown': 1 },
    });
  });
});
