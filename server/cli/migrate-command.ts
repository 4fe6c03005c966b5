import type { Command } from 'commander';

export function registerMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description(
      'bring the schema up to date and create the topic (or the inbox); safe to run twice and side by side',
    )
    .option('--json', 'print one JSON line at the end')
    .action(async (options: { json?: boolean }) => {
      const { runMigrate } = await import('../compose/migrate.js');
      const result = await runMigrate();
      if (options.json === true) console.log(JSON.stringify(result));
      else if (result.applied.length === 0) console.log('The schema is up to date.');
      else console.log(`Applied: ${result.applied.join(', ')}`);
    });
}
