import type { Command } from 'commander';
import { demoLine, demoText } from './demo-report.js';

export function registerDemoCommand(program: Command): void {
  program
    .command('demo')
    .summary('the whole pipeline with the sample workbook')
    .description(
      'Starts every role (embedded PostgreSQL and log unless DATABASE_URL / KAFKA_BROKERS are set), sends the 10,000 messages ' +
        'of the sample workbook through them, and prints what came of it. Safe to repeat: then everything is a duplicate.',
    )
    .option('--keep', 'stay up afterwards, until Ctrl-C', false)
    .option('--json', 'print one JSON line instead of tables', false)
    .action(async ({ keep, json }: { keep: boolean; json: boolean }) => {
      const { runDemo } = await import('../compose/demo.js');
      if (!json) console.error('Starting PostgreSQL, message log, worker, API and gateway…');
      await runDemo({
        keep,
        quiet: json,
        onReport: (report) => {
          console.log(json ? demoLine(report) : demoText(report, keep));
          if (!report.addsUp) process.exitCode = 1;
        },
      });
    });
}
