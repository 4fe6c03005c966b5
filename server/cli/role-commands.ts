import { Option, type Command } from 'commander';

/** One command a role; each runs until SIGTERM or SIGINT. */
export function registerRoleCommands(program: Command): void {
  program
    .command('all')
    .description(
      'every role in one process tree; embedded PostgreSQL and log unless DATABASE_URL / KAFKA_BROKERS are set',
    )
    .addOption(
      new Option('--attached', 'use the database and log of what runs in this DATA_DIR already (dev mode)')
        .default(false)
        .hideHelp(),
    )
    .action(async ({ attached }: { attached: boolean }) => {
      const { runAll } = await import('../compose/all.js');
      await runAll({ attached });
    });
  program
    .command('gateway')
    .description('accept charge points and /ingest clients, and publish their messages to the log')
    .action(async () => {
      const { runGatewayRole } = await import('../compose/gateway-role.js');
      await runGatewayRole();
    });
  program
    .command('gateway-process', { hidden: true })
    .description('one process of the gateway; started by `meterpulse gateway`')
    .action(async () => {
      const { runGatewayProcessRole } = await import('../compose/gateway-process-role.js');
      await runGatewayProcessRole();
    });
  program
    .command('worker')
    .description('read the log and store readings in batches')
    .action(async () => {
      const { runWorkerRole } = await import('../compose/worker-role.js');
      await runWorkerRole();
    });
  program
    .command('api')
    .description('answer REST queries')
    .action(async () => {
      const { runApiRole } = await import('../compose/api-role.js');
      await runApiRole();
    });
  program
    .command('live')
    .description('tell subscribers of /live what was stored and changed')
    .action(async () => {
      const { runLiveRole } = await import('../compose/live-role.js');
      await runLiveRole();
    });
}
