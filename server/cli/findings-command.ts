import { Option, type Command } from 'commander';
import { FINDING_RULES, type FindingRule } from '../../helpers/finding-rules.js';
import { timeOption } from './time-option.js';
import { whole } from './whole.js';

interface Given {
  readonly dryRun?: boolean;
  readonly from?: number;
  readonly to?: number;
  readonly chargePoint?: readonly string[];
  readonly rule?: readonly FindingRule[];
  readonly gapSeconds?: number;
  readonly clockDriftSeconds?: number;
  readonly stuckHours?: number;
  readonly stuckSamples?: number;
  readonly phasesPercent?: number;
  readonly phasesWh?: number;
  readonly powerPercent?: number;
  readonly powerWh?: number;
  readonly examples: number;
  readonly json: boolean;
}

/** What an operator runs to see what rules, or other thresholds, would find in what is stored. */
export function registerFindingsCommand(program: Command): void {
  program
    .command('findings')
    .summary('see what the rules of validation would find in stored readings')
    .description(
      'Asks the rules of validation (docs/findings.md) what they find in the readings of a time range, by the thresholds that are ' +
        'configured or by others, and writes nothing. What workers found by theirs: GET /v1/findings. Workers may keep running.',
    )
    .option('--dry-run', 'write nothing: has to be said, since that is all it does')
    .option(
      '--from <time>',
      'begin: an ISO 8601 time or date, UTC unless it says (default: the first reading)',
      timeOption,
    )
    .option('--to <time>', 'end, itself not included (default: the last reading)', timeOption)
    .option('--charge-point <id...>', 'only of these charge points')
    .addOption(new Option('--rule <rule...>', 'only these rules (default: VEE_RULES)').choices(FINDING_RULES))
    .option('--gap-seconds <n>', 'instead of VEE_GAP_SECONDS', whole(1, 31_536_000))
    .option('--clock-drift-seconds <n>', 'instead of VEE_CLOCK_DRIFT_SECONDS', whole(1, 604_800))
    .option('--stuck-hours <n>', 'instead of VEE_STUCK_HOURS', whole(1, 24))
    .option('--stuck-samples <n>', 'instead of VEE_STUCK_SAMPLES', whole(2, 1_000_000))
    .option('--phases-percent <n>', 'instead of VEE_PHASES_PERCENT', whole(0, 100))
    .option('--phases-wh <n>', 'instead of VEE_PHASES_WH', whole(0, 1_000_000))
    .option('--power-percent <n>', 'instead of VEE_POWER_PERCENT', whole(0, 100))
    .option('--power-wh <n>', 'instead of VEE_POWER_WH', whole(0, 1_000_000))
    .option('--examples <n>', 'findings that are shown one by one, at most', whole(0, 1_000_000), 20)
    .option('--json', 'print one JSON line at the end instead of tables', false)
    .addHelpText(
      'after',
      '\nExit code: 0 whatever is found, 130 after Ctrl-C.\n' +
        '\nExamples:\n' +
        '  meterpulse findings --dry-run\n' +
        '  meterpulse findings --dry-run --from 2026-03-01 --to 2026-04-01 --rule gap --gap-seconds 3600\n' +
        '  meterpulse findings --dry-run --charge-point Depot-1 --examples 1000 --json\n',
    )
    .action(async (given: Given, command: Command) => {
      const { from: fromMs = -Infinity, to: toMs = Infinity } = given;
      if (given.dryRun !== true) {
        command.error(
          'error: give --dry-run to see what rules would find. What workers found is told by GET /v1/findings, and mended by meterpulse rebuild.',
        );
      }
      if (fromMs >= toMs) command.error('error: --from should be before --to');
      const { runFindingsCommand } = await import('./run-findings.js');
      process.exitCode = await runFindingsCommand({
        fromMs,
        toMs,
        chargePointIds: given.chargePoint ?? null,
        thresholds: thresholdsOf(given),
        examples: given.examples,
        json: given.json,
      });
    });
}

/** Those that were given. */
function thresholdsOf(given: Given) {
  const { rule, gapSeconds, clockDriftSeconds, stuckHours, stuckSamples } = given;
  const { phasesPercent, phasesWh, powerPercent, powerWh } = given;
  return {
    ...(rule === undefined ? {} : { rules: new Set(rule) }),
    ...(gapSeconds === undefined ? {} : { gapMs: gapSeconds * 1_000 }),
    ...(clockDriftSeconds === undefined ? {} : { clockDriftMs: clockDriftSeconds * 1_000 }),
    ...(stuckHours === undefined ? {} : { stuckHours }),
    ...(stuckSamples === undefined ? {} : { stuckSamples }),
    ...(phasesPercent === undefined ? {} : { phasesShare: phasesPercent / 100 }),
    ...(phasesWh === undefined ? {} : { phasesWh }),
    ...(powerPercent === undefined ? {} : { powerShare: powerPercent / 100 }),
    ...(powerWh === undefined ? {} : { powerWh }),
  };
}
