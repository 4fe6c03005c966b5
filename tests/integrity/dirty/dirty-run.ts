import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirtyFile, Protocol } from '../../../Files/dirty/dirty-case.js';
import { hugeCases } from '../../../Files/dirty/bulk.js';
import { dirtyCsv } from '../../../Files/dirty/dirty-files.js';
import { CASES, placeRows, type PlacedRow } from '../../../Files/dirty/placed-row.js';
import { query } from '../system/log-ends.js';
import type { StoredState } from '../system/stored-state.js';
import type { System } from '../system/system.js';
import type { Stats } from '../verify.js';

export const ALL_CASES = [...CASES, ...hugeCases()];
export const FILES: readonly DirtyFile[] = ['xlsx', 'csv'];
export const ROWS: Readonly<Record<DirtyFile, readonly PlacedRow[]>> = {
  xlsx: placeRows('xlsx', ALL_CASES),
  csv: placeRows('csv', ALL_CASES),
};

/** A line that the replay writes of a row. */
export interface LedgerLine {
  readonly row: number;
  readonly sheet: string;
  readonly chargePointId: string;
  readonly outcome: string;
  readonly code: string;
  readonly reason: string;
}

export interface Quarantined {
  readonly chargePointId: string;
  readonly messageId: string | null;
  readonly path: string;
  readonly reason: string;
  readonly raw: string;
}

/** The replay's own word of a file. */
export interface Replayed {
  readonly ledger: readonly LedgerLine[];
  readonly summary: Readonly<Record<string, number>>;
}

/** What the database holds. */
export interface Snapshot {
  readonly state: StoredState;
  readonly quarantine: readonly Quarantined[];
  readonly stats: Stats;
  readonly chargePoints: readonly string[];
  /** Rows in the other tables. */
  readonly sizes: Readonly<Record<string, number>>;
}

export interface DirtyRun {
  readonly replayed: Readonly<Record<DirtyFile, Replayed>>;
  readonly first: Snapshot;
  readonly second: Snapshot;
}

/** Sends both files twice with the built program, and looks at the tables after each time. */
export async function runDirtyFiles(
  system: System,
  protocol: Protocol,
  directory: string,
): Promise<DirtyRun> {
  const csv = join(directory, 'dirty.csv');
  await writeFile(csv, dirtyCsv(ALL_CASES));
  const files = { xlsx: 'Files/dirty/dirty.xlsx', csv };
  const send = async (file: DirtyFile): Promise<Replayed> => {
    const ledger = join(directory, `${file}.ndjson`);
    const options = ['--file', files[file], '--url', system.gatewayUrl, '--protocol', protocol];
    const stdout = await system.command('replay', ...options, '--ledger', ledger, '--json');
    const lines = (await readFile(ledger, 'utf8')).trimEnd().split('\n');
    return {
      ledger: lines.map((line) => JSON.parse(line) as LedgerLine),
      summary: JSON.parse(stdout) as Record<string, number>,
    };
  };
  const replayed = { xlsx: await send('xlsx'), csv: await send('csv') };
  const first = await snapshot(system);
  await send('xlsx');
  await send('csv');
  return { replayed, first, second: await snapshot(system) };
}

async function snapshot(system: System): Promise<Snapshot> {
  await system.settled();
  const url = system.databaseUrl;
  const quarantine = await query<Omit<Quarantined, 'raw'> & { raw: Buffer }>(
    url,
    `select charge_point_id as "chargePointId", message_id as "messageId", path, reason, raw
     from quarantine order by id`,
  );
  const [sizes = {}] = await query<Record<string, number>>(
    url,
    `select (select count(*)::integer from series) as series, (select count(*)::integer from transactions) as transactions,
       (select count(*)::integer from waiting_readings) as waiting`,
  );
  const chargePoints = await query<{ id: string }>(url, 'select id from charge_points');
  return {
    state: await system.stored(),
    quarantine: quarantine.map((row) => ({ ...row, raw: row.raw.toString('utf8') })),
    stats: await system.stats(),
    chargePoints: chargePoints.map(({ id }) => id).sort(),
    sizes,
  };
}
