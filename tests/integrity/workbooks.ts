import { writeFile } from 'node:fs/promises';
import * as XLSX from 'xlsx';
import { readFileSync } from 'node:fs';
import type { SentMessage } from './oracle.js';

export const SAMPLE = 'Files/meter-values-sample.xlsx';

/** The rows of a workbook, read by the library's plainest call; ids are those that the replay gives its messages. */
export function messagesOf(file: string): SentMessage[] {
  const book = XLSX.read(readFileSync(file), { type: 'buffer', raw: true });
  const sheet = book.Sheets[book.SheetNames[0] ?? ''];
  if (sheet === undefined) throw new Error(`${file} has no sheet`);
  const rows = XLSX.utils.sheet_to_json<{ charge_point_id: string; payload: string }>(sheet);
  return rows.map(({ charge_point_id: chargePointId, payload }, index) => ({
    id: `row-${index + 2}`,
    chargePointId,
    payload,
  }));
}

/** Writes messages as a workbook that the replay can send; their ids become row numbers. */
export async function writeWorkbook(file: string, messages: readonly SentMessage[]): Promise<SentMessage[]> {
  const rows = messages.map(({ chargePointId, payload }) => ({ charge_point_id: chargePointId, payload }));
  const text = XLSX.utils.sheet_to_csv(XLSX.utils.json_to_sheet(rows));
  await writeFile(file, text);
  return messages.map((message, index) => ({ ...message, id: `row-${index + 2}` }));
}

interface Payload {
  connectorId: number;
  transactionId?: number;
  meterValue: { timestamp: string; sampledValue: Record<string, string | number>[] }[];
}

/**
 * Messages that contradict the first `count` of these, each about readings that were told with another value: larger and
 * smaller ones, zeros, another transaction, the same value in another unit.
 */
export function contradictions(messages: readonly SentMessage[], count: number): SentMessage[] {
  return messages.slice(0, count).map((message, index) => {
    const payload = JSON.parse(message.payload) as Payload;
    for (const { sampledValue } of payload.meterValue) {
      for (const sampled of sampledValue) {
        const { value = 0 } = sampled;
        const kind = index % 5;
        if (kind === 0) sampled['value'] = `9${value}`;
        if (kind === 1) sampled['value'] = '0';
        if (kind === 2) sampled['value'] = '0.125';
        if (kind === 3) payload.transactionId = 900_000 + index;
        if (kind === 4 && sampled['unit'] === 'kWh') {
          sampled['value'] = String(Math.round(Number(value) * 1000));
          sampled['unit'] = 'Wh';
        }
      }
    }
    return { ...message, payload: JSON.stringify(payload) };
  });
}

/** Messages of which a part, or all, can't become a reading. */
export function badMessages(count: number): SentMessage[] {
  const good = { value: '1.5', measurand: 'Power.Active.Import', unit: 'kW' };
  const day = (index: number): string => new Date(Date.UTC(2026, 2, 11, 0, 0, index)).toISOString();
  const kinds: ((index: number) => unknown)[] = [
    (i) => ({ connectorId: 1, meterValue: [{ timestamp: day(i), sampledValue: [good, { value: 'abc' }] }] }),
    (i) => ({ connectorId: 1, meterValue: [{ timestamp: day(i), sampledValue: [{ unit: 'Wh' }] }] }),
    (i) => ({
      connectorId: 1,
      meterValue: [
        { timestamp: day(i), sampledValue: [] },
        { timestamp: day(i), sampledValue: [good] },
      ],
    }),
    () => ({ connectorId: 1, meterValue: [{ timestamp: 'yesterday', sampledValue: [good] }] }),
    () => ({ connectorId: 1, meterValue: [{ timestamp: '2009-12-31T23:59:59Z', sampledValue: [good] }] }),
    () => ({ connectorId: 1, meterValue: [{ timestamp: '2999-01-01T00:00:00Z', sampledValue: [good] }] }),
    (i) => ({
      connectorId: 1,
      meterValue: [{ timestamp: day(i), sampledValue: [{ value: 17, format: 'SignedData' }, good] }],
    }),
    () => ({ connectorId: 1, meterValue: [] }),
    () => ({ connectorId: 1, meterValue: [{ sampledValue: [good] }] }),
  ];
  return Array.from({ length: count }, (_, index) => ({
    id: `bad-${index}`,
    chargePointId: `BAD-${index % 7}`,
    payload: JSON.stringify(kinds[index % kinds.length]?.(index)),
  }));
}
