/** Writes the files in `Files/dirty/`. Run: `npm run dirty-files`. The same bytes each time on one version of Node. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import * as XLSX from 'xlsx';
import { dirtyCsv, dirtyWorkbook } from './dirty/dirty-files.js';
import { ledgerText } from './dirty/ledger.js';
import { UNREADABLE_FILES } from './dirty/unreadable-files.js';

const TARGET = new URL('./dirty/', import.meta.url);

// The library's own deflate is a third weaker.
(XLSX.CFB as { utils: { use_zlib(implementation: typeof zlib): void } }).utils.use_zlib(zlib);

function write(name: string, content: Buffer | string): void {
  const file = fileURLToPath(new URL(name, TARGET));
  writeFileSync(file, content);
  console.log(file, Buffer.byteLength(content), 'bytes');
}

const options = { type: 'buffer', bookType: 'xlsx', compression: true } as const;
write('dirty.xlsx', XLSX.write(dirtyWorkbook(), options) as Buffer);
write('dirty.csv', dirtyCsv());
write('ledger.ndjson', ledgerText());
for (const { name, content } of UNREADABLE_FILES) write(name, content());
