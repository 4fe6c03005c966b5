import type { Command } from 'commander';

/** What an operator says after a restore. */
export function registerRestoredCommand(program: Command): void {
  program
    .command('restored')
    .summary('say that the database was restored from a backup: what is remembered of it is void')
    .description(
      'To be run once after the database was restored from a backup, before the roles start: subscribers of the live feed that saw what came after the backup are ' +
        'told to begin anew, answers of the API that clients keep are void, and processes that run on what they know by heart end. ' +
        'Changes no reading, counter or position. Needless, and harmless, where nothing was lost. With Kafka, workers notice a restore by themselves; this is sooner.',
    )
    .option('--json', 'print one JSON line', false)
    .action(async ({ json }: { json: boolean }) => {
      const { runRestored } = await import('../compose/restored.js');
      const history = await runRestored();
      console.log(json ? JSON.stringify({ history }) : `A new history of the database has begun: ${history}`);
    });
}
