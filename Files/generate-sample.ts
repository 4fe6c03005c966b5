/** Writes `Files/meter-values-sample.xlsx`. Run: `npx tsx Files/generate-sample.ts`. The same bytes each time. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import * as XLSX from 'xlsx';
import { sampleFigures } from './sample-figures.js';
import { sampleRows } from './sample-rows.js';

const TARGET = fileURLToPath(new URL('./meter-values-sample.xlsx', import.meta.url));

// The library's own deflate is a third weaker.
(XLSX.CFB as { utils: { use_zlib(implementation: typeof zlib): void } }).utils.use_zlib(zlib);

const rows = sampleRows();
const sheet = XLSX.utils.json_to_sheet(rows);
sheet['!cols'] = [{ wch: 24 }, { wch: 120 }];
const workbook = XLSX.utils.book_new(sheet, 'meter values');
workbook.Props = { Title: 'OCPP 1.6 meter values, a sample', CreatedDate: new Date('2026-03-10T10:00:00Z') };
const bytes = XLSX.write(workbook, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer;
writeFileSync(TARGET, bytes);
console.log(TARGET, bytes.length, 'bytes', sampleFigures(rows));
