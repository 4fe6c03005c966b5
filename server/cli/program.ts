import { join } from 'node:path';
import { Command } from 'commander';
import { registerClientCommand } from '../../client/charge-point/command.js';
import { registerReplayCommand } from '../../client/replay/command.js';
import { registerSimulateCommand } from '../../client/simulate/command.js';
import { loadConfig } from '../../config/config.js';
import { programVersion } from '../lifecycle/program-version.js';
import { registerAccountingCommand } from './accounting-command.js';
import { registerAuditCommand } from './audit-command.js';
import { registerConfigCommand } from './config-command.js';
import { registerCredentialsCommand } from './credentials-command.js';
import { registerDigestCommand } from './digest-command.js';
import { registerDemoCommand } from './demo-command.js';
import { registerEraseCommand } from './erase-command.js';
import { registerFindingsCommand } from './findings-command.js';
import { registerMigrateCommand } from './migrate-command.js';
import { registerPlanCommand } from './plan-command.js';
import { registerRebuildCommand } from './rebuild-command.js';
import { registerRestoredCommand } from './restored-command.js';
import { registerRoleCommands } from './role-commands.js';
import { registerStorageCommand } from './storage-command.js';
import { registerTopicCommand } from './topic-command.js';
import { registerTraceCommand } from './trace-command.js';

/** The `meterpulse` command line. What a command needs is loaded when it runs, so that `--help` is quick. */
export function createProgram(): Command {
  const program = new Command('meterpulse')
    .description(
      'Meter readings of EV chargers: WebSocket gateway, message log, batch workers, PostgreSQL, REST API.',
    )
    .version(programVersion())
    .showHelpAfterError('(add --help for the options)')
    .addHelpText(
      'after',
      '\nConfigured by environment variables: docs/configuration.md, or `meterpulse config`.',
    );
  registerRoleCommands(program);
  registerMigrateCommand(program);
  registerDemoCommand(program);
  registerReplayCommand(program);
  registerClientCommand(program, { historyFile: () => join(loadConfig().config.DATA_DIR, 'client-history') });
  registerSimulateCommand(program);
  registerTopicCommand(program);
  registerRebuildCommand(program);
  registerFindingsCommand(program);
  registerTraceCommand(program);
  registerPlanCommand(program);
  registerAccountingCommand(program);
  registerDigestCommand(program);
  registerRestoredCommand(program);
  registerCredentialsCommand(program);
  registerAuditCommand(program);
  registerEraseCommand(program);
  registerStorageCommand(program);
  registerConfigCommand(program);
  return program;
}
