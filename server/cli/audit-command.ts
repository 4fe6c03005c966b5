import { InvalidArgumentError, Option, type Command } from 'commander';
import { durationMs, UNITS_TO_YEARS } from '../../helpers/duration.js';
import { AUDIT_OUTCOMES, type AuditOutcome } from '../../store/audit/audit-entry.js';
import { AUDIT_FORMATS, type AuditFormat } from './audit-lines.js';
import { readSpan } from './trace-times.js';

interface Given {
  readonly from?: number;
  readonly to?: number;
  readonly since?: number;
  readonly actor?: string;
  readonly action?: string;
  readonly outcome?: AuditOutcome;
  readonly subject?: string;
  readonly address?: string;
  readonly source?: string;
  readonly request?: string;
  readonly limit?: number;
  readonly format?: AuditFormat;
  readonly json: boolean;
}

const SHOWN = 100;

/** What an operator asks to know who did what. */
export function registerAuditCommand(program: Command): void {
  program
    .command('audit')
    .summary('list or export who did what, when, from where, and what came of it')
    .description(
      'Prints the audit from its newest entry on: changes, refusals, commands, edits, exports, and what became of credentials. ' +
        'Reads only.',
    )
    .option('--since <duration>', 'what is no older than this, such as 90m or 7d', duration)
    .option('--from <time>', 'begin: an ISO 8601 time or date, UTC unless it says', time)
    .option('--to <time>', 'end, itself not included', time)
    .option('--actor <name>', 'who; * at the end for any rest, here and below')
    .option('--action <name>', 'what, such as charge-point.* (docs/audit.md has the list)')
    .addOption(new Option('--outcome <outcome>', 'what came of it').choices(AUDIT_OUTCOMES))
    .option('--subject <name>', 'to what: id of a charge point, of a key, or a request')
    .option('--address <address>', 'from where')
    .option('--source <part>', 'which part wrote it: api, live, gateway, command, migrate')
    .option('--request <id>', 'the X-Request-Id of an answer')
    .option('--limit <number>', `entries at most (default: ${SHOWN}, with --format all)`, whole)
    .addOption(new Option('--format <format>', 'export, to standard output').choices(AUDIT_FORMATS))
    .option('--json', 'print one JSON line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (given: Given, command: Command) => {
      const { format, json, since } = given;
      if (format !== undefined && json) return command.error('error: --json and --format exclude each other');
      if (since !== undefined && given.from !== undefined) {
        return command.error('error: --since and --from exclude each other');
      }
      const fromMs = since === undefined ? (given.from ?? null) : Date.now() - since;
      const toMs = given.to ?? null;
      if (fromMs !== null && toMs !== null && fromMs >= toMs) {
        return command.error('error: --from should be before --to');
      }
      const filter = {
        ...{ fromMs, toMs },
        actor: given.actor ?? null,
        action: given.action ?? null,
        outcome: given.outcome ?? null,
        subject: given.subject ?? null,
        address: given.address ?? null,
        source: given.source ?? null,
        requestId: given.request ?? null,
      };
      const limit = given.limit ?? (format === undefined ? SHOWN : Infinity);
      const { runAuditCommand } = await import('./run-audit.js');
      await runAuditCommand(filter, limit, json ? 'json' : (format ?? 'text'));
    });
}

const EXAMPLES = `
Examples:
  meterpulse audit --since 1d --outcome refused
  meterpulse audit --action charge-point.* --subject CP-7
  meterpulse audit --from 2026-03-01 --to 2026-04-01 --format csv > march.csv
`;

function duration(text: string): number {
  const ms = durationMs(text, UNITS_TO_YEARS);
  if (ms === undefined) throw new InvalidArgumentError('Expected a duration such as 90m, 12h or 7d.');
  return ms;
}

function time(text: string): number {
  const span = readSpan(text, 'UTC');
  if (!span.ok || text.includes('/')) {
    throw new InvalidArgumentError('Expected an ISO 8601 time such as 2026-01-31T12:00:00Z, or a date.');
  }
  return span.value.fromMs;
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('Expected a whole number from 1 to 999999999.');
  return Number(text);
}
