import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import { optionProblems } from '../../client/option-problems.js';
import { addCredentialOptions } from '../../client/transport/credential-options.js';
import { seed, type SeedProgress, type SeedSummary } from './seed.js';
import { seedOptionsSchema } from './seed-options.js';
import { SPOKEN_PROTOCOLS } from '../../client/wire/spoken-protocols.js';

/** `npm run seed`: the action throws MeterpulseError for what the script reports. */
export function createSeedCommand(): Command {
  const seedCommand = new Command('npm run seed --')
    .description(
      'Fills the database of a running `npm start` or `npm run dev` with sample data, through its gateway: charging sessions ' +
        'at homes, at work and at the road, by day and night, of charge points SEED-001 and on. The same options and date ' +
        'give the same readings, and days that are sent again are duplicates: repeating is safe.',
    )
    .option('--days <count>', 'charging days, from 04:00 to 04:00 UTC', '30')
    .option('--charge-points <count>', 'of one to three connectors', '20')
    .option('--interval <seconds>', 'between the samples of a session', '120')
    .option('--until <date>', 'the day on which the last charging day ends (default: today)')
    .option('--url <url>', 'the gateway', 'ws://127.0.0.1:3000')
    .addOption(new Option('--protocol <name>', 'how to send').choices([...SPOKEN_PROTOCOLS]).default('json'));
  return addCredentialOptions(seedCommand, 'many')
    .option('--json', 'print one JSON line at the end instead of a table')
    .showHelpAfterError('(add --help for the options)')
    .action(async (given: Record<string, unknown>, command: Command) => {
      const parsed = seedOptionsSchema.safeParse(given);
      if (!parsed.success) {
        command.error(`error: ${optionProblems(parsed.error)}`);
        return;
      }
      const interrupts = listenForInterrupts();
      const progress = createProgress(process.stderr, parsed.data.days);
      try {
        const summary = await seed(parsed.data, { signal: interrupts.signal, onProgress: progress.show });
        progress.stop();
        console.log(parsed.data.json ? JSON.stringify(summary) : tableOf(summary));
        process.exitCode = summary.rejected > 0 ? 1 : interrupts.exitCode();
      } finally {
        progress.stop();
        interrupts.ignore();
      }
    });
}

interface Progress {
  readonly show: (progress: SeedProgress) => void;
  readonly stop: () => void;
}

/** A bar on a terminal; elsewhere nothing, since a minute passes soon. */
function createProgress(stream: NodeJS.WriteStream, days: number): Progress {
  if (!stream.isTTY) return { show: () => undefined, stop: () => undefined };
  const format = '{bar} {percentage}% | day {day} of {total} | {messages} messages | {rate}/s';
  const bar = new SingleBar({ stream, format, hideCursor: true, fps: 5 }, Presets.shades_classic);
  bar.start(days, 0, { day: 1, messages: 0, rate: 0 });
  return {
    show({ days: done, messages, elapsedMs }) {
      bar.update(done, {
        day: Math.min(days, Math.floor(done) + 1),
        messages: count(messages),
        rate: count(Math.round((messages * 1000) / elapsedMs)),
      });
    },
    stop: () => bar.stop(),
  };
}

function tableOf({
  days,
  from,
  to,
  chargePoints,
  sent,
  acknowledged,
  rejected,
  retried,
  seconds,
}: SeedSummary): string {
  const table = new Table({ style: { head: [], border: [] }, colAligns: ['left', 'right'] });
  table.push(
    ['charging days', count(days)],
    ['from', from],
    ['to', to],
    ['charge points', count(chargePoints)],
    ['messages sent', count(sent)],
    ['acknowledged', count(acknowledged)],
    ['rejected', count(rejected)],
    ['sent again', count(retried)],
    ['seconds', seconds.toFixed(1)],
    ['messages/s', count(seconds > 0 ? Math.round((acknowledged + rejected) / seconds) : 0)],
  );
  return `${table.toString()}\nThe message log has them; the workers store what is left of them in the next seconds.`;
}

const count = (value: number): string => value.toLocaleString('en-US');
