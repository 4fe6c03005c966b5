import Table from 'cli-table3';
import pc from 'picocolors';
import type { DemoReport } from '../compose/demo.js';

/** cli-table3 paints heads red and borders grey by default: colours that mean something elsewhere. */
const PLAIN = { head: [], border: [] };

/** One JSON line: the same figures, for scripts. */
export function demoLine({
  replay,
  messages,
  readings,
  seconds,
  energy,
  addresses,
  addsUp,
}: DemoReport): string {
  const { rows, sent, acknowledged, rejected, badRows } = replay;
  const energyWh = Object.fromEntries(energy.map((span) => [span.chargePointId, span.energyWh]));
  const sums = { rows, sent, acknowledged, rejected, badRows, seconds, messages, readings };
  return JSON.stringify({ ...sums, addsUp, energyWh, addresses });
}

/** The tables a newcomer reads. */
export function demoText(report: DemoReport, keep: boolean): string {
  return [messageTable(report), readingTable(report), energyTable(report), closing(report, keep)].join('\n');
}

function messageTable({ replay, messages, seconds, addsUp }: DemoReport): string {
  const table = new Table({
    head: ['messages', 'count', ''],
    colAligns: ['left', 'right', 'left'],
    style: PLAIN,
  });
  table.push(
    ['sent', count(replay.sent), `of ${count(replay.rows)} rows in the workbook`],
    ['acknowledged', count(replay.acknowledged), 'the log has them durably'],
    ['refused', count(replay.rejected), 'kept in quarantine, with the reason'],
    ['stored', count(messages.stored), 'with at least one new reading'],
    ['repeated', count(messages.duplicate), 'known already: nothing was stored twice'],
  );
  const verdict = addsUp
    ? pc.green('adds up: acknowledged + refused = stored + repeated + rejected')
    : pc.red('does not add up: see GET /v1/stats and the log');
  return `${table.toString()}\n${verdict}, in ${seconds.toFixed(1)} s\n`;
}

function readingTable({ readings }: DemoReport): string {
  const table = new Table({
    head: ['readings', 'count', ''],
    colAligns: ['left', 'right', 'left'],
    style: PLAIN,
  });
  table.push(
    ['stored', count(readings.stored), 'rows in PostgreSQL'],
    ['repeated', count(readings.duplicate), 'same key, same value'],
    ['conflicting', count(readings.conflicting), 'same key, another value: both kept'],
    ['rejected', count(readings.rejected), 'kept in quarantine'],
  );
  return `${table.toString()}\n`;
}

const COLUMNS = 3;

function energyTable({ energy }: DemoReport): string {
  const lines = Math.ceil(energy.length / COLUMNS);
  const columns = Array.from({ length: COLUMNS }, (_, column) =>
    energy.slice(column * lines, (column + 1) * lines),
  );
  const table = new Table({
    head: columns.flatMap(() => ['charge point', 'kWh']),
    colAligns: columns.flatMap(() => ['left', 'right'] as const),
    style: { ...PLAIN, compact: true },
  });
  for (let line = 0; line < lines; line++) {
    table.push(
      columns.flatMap((column) => {
        const span = column[line];
        return span === undefined ? ['', ''] : [span.chargePointId, (span.energyWh / 1000).toFixed(1)];
      }),
    );
  }
  const sum = (of: 'energyWh' | 'estimatedWh' | 'suspectWh'): string =>
    (energy.reduce((total, each) => total + each[of], 0) / 1000).toFixed(1);
  const split = `${sum('energyWh')} kWh in all, ${sum('estimatedWh')} of them estimated across gaps; ${sum('suspectWh')} kWh suspect, in no sum`;
  return `Energy (GET /v1/energy)\n${table.toString()}\n${split}\n`;
}

function closing({ addresses }: DemoReport, keep: boolean): string {
  const { gateway, api } = addresses;
  if (!keep)
    return 'Run it again with `npm run demo -- --keep` to look around: gateway, API and metrics stay up.';
  return [
    `${pc.bold('gateway')}  ${gateway}/ingest and ${gateway}/ocpp/{chargePointId}`,
    `${pc.bold('api')}      ${api}/v1/stats`,
    'Ctrl-C ends it.',
  ].join('\n');
}

const count = (value: number): string => value.toLocaleString('en-US');
