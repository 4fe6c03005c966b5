import { InvalidArgumentError, Option, type Command } from 'commander';

const MAX_WAIT_S = 86_400;

interface MigrateFlags {
  readonly check?: boolean;
  readonly stopped?: boolean;
  readonly roles?: boolean;
  readonly logins?: string;
  readonly wait: number;
  readonly json?: boolean;
}

export function registerMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description(
      'bring the schema up to date and create the topic (or the inbox); safe to run twice and side by side',
    )
    .option(
      '--check',
      'change nothing; fail when this version can not work on the schema, or the topic is missing',
    )
    .addOption(
      new Option(
        '--stopped',
        'every role of an older version is stopped: apply also what they could not work beside',
      ).conflicts('check'),
    )
    .addOption(
      new Option(
        '--roles',
        'make the roles of the database by which each part has the rights that it needs and no others (docs/database-roles.md)',
      ).conflicts('check'),
    )
    .addOption(
      new Option(
        '--logins <directory>',
        'with --roles: make a user for each part too (meterpulse_api_login, ...), or give it another password; the directory has files worker, api, live and gateway, each with one',
      )
        .implies({ roles: true })
        .conflicts('check'),
    )
    .option(
      '--wait <seconds>',
      'for a database and a log to come up, and for roles that others make; with --check for a migration',
      seconds,
      0,
    )
    .option('--json', 'print one JSON line at the end')
    .action(async ({ check = false, stopped = false, roles = false, logins, wait, json }: MigrateFlags) => {
      const { runMigrate } = await import('../compose/migrate.js');
      const result = await runMigrate({
        check,
        stopped,
        roles,
        logins: logins ?? null,
        waitMs: wait * 1_000,
      });
      if (json === true) console.log(JSON.stringify(result));
      else if (result.applied.length === 0) console.log('The schema is up to date.');
      else console.log(`Applied: ${result.applied.join(', ')}`);
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > MAX_WAIT_S) {
    throw new InvalidArgumentError(`Expected whole seconds from 0 to ${MAX_WAIT_S}.`);
  }
  return value;
}
