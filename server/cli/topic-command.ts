import type { Command } from 'commander';

/** What an operator does to the positions on the log: look, read again, or give them up. */
export function registerTopicCommand(program: Command): void {
  const topic = program
    .command('topic')
    .description('the positions up to which the log is stored: describe, replay, reset');
  topic
    .command('describe')
    .description('print position, owner epoch and counters of each partition')
    .option('--json', 'print one JSON line', false)
    .action(async ({ json }: { json: boolean }) => {
      const { describeTopic } = await import('../compose/topic.js');
      const positions = await describeTopic();
      if (json) console.log(JSON.stringify(positions));
      else if (positions.length === 0) console.log('No partition was stored yet.');
      else console.table(positions);
    });
  topic
    .command('replay')
    .description(
      'read the log again from its beginning: changes no row and no counter; workers take it up by themselves',
    )
    .option('--json', 'print one JSON line', false)
    .action(async ({ json }: { json: boolean }) => {
      const { replayTopic } = await import('../compose/topic.js');
      const partitions = await replayTopic();
      console.log(
        json ? JSON.stringify({ partitions }) : `${partitions} partitions will be read from their beginning.`,
      );
    });
  topic
    .command('reset')
    .description(
      'forget the positions, for a log that was made anew; what the old log held beyond them is given up',
    )
    .requiredOption('--yes', 'confirm: stop the workers first')
    .option('--json', 'print one JSON line', false)
    .action(async ({ json }: { json: boolean }) => {
      const { resetTopic } = await import('../compose/topic.js');
      await resetTopic();
      console.log(
        json
          ? JSON.stringify({ reset: true })
          : 'The positions are forgotten: the log is read from its beginning.',
      );
    });
}
