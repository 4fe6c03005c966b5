import { readFileSync } from 'node:fs';
import * as XLSX from 'xlsx';
import { describe, expect, it } from 'vitest';
import type { MeterValuesRequest } from './meter-values-messages.js';
import { sampleFigures } from './sample-figures.js';
import { sampleRows, type SampleRow } from './sample-rows.js';

const rows = sampleRows();

function committedRows(): SampleRow[] {
  const bytes = readFileSync(new URL('./meter-values-sample.xlsx', import.meta.url));
  const book = XLSX.read(bytes);
  const sheet = book.Sheets[book.SheetNames[0] ?? ''];
  return sheet === undefined ? [] : XLSX.utils.sheet_to_json<SampleRow>(sheet);
}

describe('the sample workbook', () => {
  it('holds, cell by cell, what the generator makes', () => {
    expect(committedRows()).toEqual(rows);
  });

  it('is smaller than 1.5 MB', () => {
    const bytes = readFileSync(new URL('./meter-values-sample.xlsx', import.meta.url));
    expect(bytes.length).toBeLessThan(1_500_000);
  });

  it('has the figures that its README names', () => {
    const figures = sampleFigures(committedRows());
    expect(figures).toEqual({
      rows: 10_000,
      chargePoints: 53,
      connectors: 90,
      sampledValues: 22_089,
      distinctReadings: 21_959,
      queueMessages: 100,
      repeatedMessages: 60,
      withoutLocation: 18_417,
    });
    const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
    for (const figure of Object.values<number>({ ...figures }))
      expect(readme).toContain(figure.toLocaleString('en-US'));
  });

  it('never says two things of one reading, so that a replay finds no conflict', () => {
    const said = new Map<string, string>();
    for (const sample of readings()) {
      expect(said.get(sample.key) ?? sample.value).toBe(sample.value);
      said.set(sample.key, sample.value);
    }
  });

  it('lies within its four hours and has plain decimal values only', () => {
    for (const sample of readings()) {
      expect(sample.at).toBeGreaterThanOrEqual(Date.parse('2026-03-10T06:00:00Z'));
      expect(sample.at).toBeLessThan(Date.parse('2026-03-10T10:00:00Z'));
      expect(sample.value).toMatch(/^\d+(\.\d+)?$/);
    }
  });

  it('has lifetime registers that never fall and follow the power drawn', () => {
    const lifetime = readings()
      .filter(({ measurand }) => measurand === 'Energy.Active.Import.Register')
      .sort((a, b) => a.at - b.at);
    const first = new Map<string, { at: number; wh: number; last: number }>();
    for (const { connector, at, value, unit } of lifetime) {
      const wh = Number(value) * (unit === 'kWh' ? 1000 : 1);
      const start = first.get(connector) ?? { at, wh, last: wh };
      first.set(connector, { ...start, last: wh >= start.last - 1 ? wh : Number.NaN });
    }
    const steady = [...first.values()].filter(({ last }) => !Number.isNaN(last));
    expect(steady.length).toBeGreaterThan(60);
    for (const { wh, last } of steady) expect(last - wh).toBeLessThan(150_000 * 4);
  });
});

function readings(): {
  key: string;
  connector: string;
  measurand: string;
  unit: string;
  at: number;
  value: string;
}[] {
  return rows.flatMap((row) => {
    const payload = JSON.parse(row.payload) as MeterValuesRequest;
    const connector = `${row.charge_point_id} ${payload.connectorId}`;
    return payload.meterValue.flatMap(({ timestamp, sampledValue }) =>
      sampledValue.map((sample) => {
        const { context = 'Sample.Periodic', measurand = 'Energy.Active.Import.Register' } = sample;
        const { phase = '', location = 'Outlet', unit = 'Wh', value } = sample;
        const at = Date.parse(timestamp);
        return {
          key: [connector, measurand, phase, location, at, context].join(' '),
          connector,
          measurand,
          unit,
          at,
          value,
        };
      }),
    );
  });
}
