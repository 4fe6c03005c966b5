import { isDeepStrictEqual } from 'node:util';
import { PROTOCOLS, type DirtyFile, type Fate } from './dirty-case.js';
import { placeRows, type PlacedRow } from './placed-row.js';

/** Every row of the files and what becomes of it, one line each; where protocols differ, by protocol. */
export function ledgerText(): string {
  const lines = (['xlsx', 'csv'] as const).flatMap((file) => placeRows(file).map((row) => lineOf(file, row)));
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function lineOf(file: DirtyFile, { sheet, row, chargePointId, of, expect }: PlacedRow): object {
  const [json, ocpp] = PROTOCOLS.map((protocol) => fateOf(expect[protocol]));
  const fate = isDeepStrictEqual(json, ocpp) ? json : { json, 'ocpp1.6': ocpp };
  return { file: `dirty.${file}`, ...(sheet !== '' && { sheet }), row, chargePointId, case: of.name, fate };
}

/** Without what is nought, and without the parts themselves: they stand in the row. */
function fateOf({ outcome, code, stored, duplicate, conflicting, quarantine }: Fate): object {
  return {
    outcome,
    ...(code !== '' && { code }),
    ...(stored > 0 && { stored }),
    ...(duplicate > 0 && { duplicate }),
    ...(conflicting > 0 && { conflicting }),
    ...(quarantine.length > 0 && { quarantine: quarantine.map(({ path, reason }) => ({ path, reason })) }),
  };
}
