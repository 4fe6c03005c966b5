import { InvalidArgumentError, Option, type Command } from 'commander';
import { durationMs, UNITS_TO_YEARS } from '../../helpers/duration.js';
import { isChargePointId, isCleanText } from '../../protocol/identifier.js';
import { isScope, SCOPES, type Scope } from '../access/scope.js';
import { registerRotateKeysCommand } from './rotate-keys-command.js';

interface KeyFlags {
  readonly name: string;
  readonly scope: readonly Scope[];
  readonly site?: readonly string[];
  readonly chargePoint?: readonly string[];
  readonly signed: boolean;
  readonly expires?: number;
  readonly json: boolean;
}

const KEY_ID = /^(?:mp_)?([0-9a-z]{12})$/;
const MAX_NAME = 200;
const MAX_DURATION_MS = 100 * 365 * 86_400_000;

/** What an operator gives to people, programs and charge points, by which they show who they are. */
export function registerCredentialsCommand(program: Command): void {
  const credentials = program
    .command('credentials')
    .summary('keys of people and programs, and passwords of charge points: create, list, revoke')
    .description(
      'Keys of people and programs, and passwords of charge points. What is created is shown once: a keyed hash of it is kept. ' +
        'Running roles take and refuse it within 5 seconds, without a restart.',
    );
  registerRotateKeysCommand(credentials);
  registerKeyCommands(credentials.command('key').description('keys of people and programs'));
  registerChargePointCommands(
    credentials.command('charge-point').description('passwords of charge points (HTTP Basic)'),
  );
}

function registerKeyCommands(key: Command): void {
  key
    .command('create')
    .description('make a key, and show it: this once')
    .requiredOption('--name <name>', 'whose it is, for lists and logs', name)
    .addOption(
      new Option('--scope <scope>', `what its holder may do, each one: ${Object.keys(SCOPES).join(', ')}`)
        .argParser(scopes)
        .makeOptionMandatory(),
    )
    .option(
      '--site <site>',
      'a site whose charge points its holder is shown and may change, each one (default: all)',
      texts,
    )
    .option(
      '--charge-point <id>',
      'a charge point for which its holder may send readings, each one (default: all of its sites)',
      chargePoints,
    )
    .option('--signed', 'its holder has to sign what it sends over /ingest; the secret is shown too', false)
    .option(
      '--expires <duration>',
      'it is refused after so long, such as 90d or 1y (default: never)',
      lifetime,
    )
    .option('--json', 'print one JSON line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: KeyFlags) => {
      const { createKey } = await import('../compose/credentials.js');
      const created = await createKey({
        name: flags.name,
        scopes: flags.scope,
        sites: flags.site ?? null,
        chargePointIds: flags.chargePoint ?? null,
        signs: flags.signed,
        expiresAt: flags.expires === undefined ? null : new Date(Date.now() + flags.expires),
      });
      if (flags.json) console.log(JSON.stringify(created));
      else console.log([created.key, created.signingSecret ?? []].flat().join('\n'));
    });
  key
    .command('list')
    .description('print the keys that there are, without what is secret of them')
    .option('--json', 'print one JSON line', false)
    .action(async ({ json }: { json: boolean }) => {
      const { listKeys } = await import('../compose/credentials.js');
      const keys = await listKeys();
      if (json) console.log(JSON.stringify(keys));
      else if (keys.length === 0) console.log('There is no key.');
      else
        console.table(
          keys.map(({ id, name, scopes, sites, chargePointIds, createdAt, expiresAt, revokedAt }) => ({
            id,
            name,
            scopes: scopes.join(' '),
            sites: sites?.join(', ') ?? 'all',
            'charge points': chargePointIds?.join(', ') ?? 'all',
            created: createdAt.toISOString(),
            expires: expiresAt?.toISOString() ?? 'never',
            revoked: revokedAt?.toISOString() ?? '',
          })),
        );
    });
  key
    .command('revoke')
    .description('take a key back; it stays in the list')
    .argument('<id>', 'as it stands in the list: the twelve characters after mp_', keyId)
    .option('--json', 'print one JSON line', false)
    .action(async (id: string, { json }: { json: boolean }, command: Command) => {
      const { revokeKey } = await import('../compose/credentials.js');
      const revoked = await revokeKey(id);
      if (revoked === undefined) return command.error(`error: there is no key ${id}`);
      console.log(json ? JSON.stringify(revoked) : `${revoked.name} (${id}) is refused from now on.`);
    });
}

function registerChargePointCommands(chargePoint: Command): void {
  chargePoint
    .command('create')
    .description('make a new password for each charge point, and show it: this once')
    .argument('<id...>', 'as it stands in its URL, percent-decoded', chargePoints)
    .option(
      '--grace <duration>',
      'the passwords that it has stay good for so long, so that it can be told the new one; 0s: they end now',
      duration,
      86_400_000,
    )
    .option('--json', 'print one JSON line', false)
    .action(async (ids: readonly string[], { grace, json }: { grace: number; json: boolean }) => {
      const { givePasswords } = await import('../compose/credentials.js');
      const given = await givePasswords([...new Set(ids)], grace);
      if (json) console.log(JSON.stringify(given));
      else for (const { chargePointId, password } of given) console.log(`${chargePointId}\t${password}`);
    });
  chargePoint
    .command('list')
    .description('print the charge points that have a password')
    .option('--json', 'print one JSON line', false)
    .action(async ({ json }: { json: boolean }) => {
      const { listChargePoints } = await import('../compose/credentials.js');
      const known = await listChargePoints();
      if (json) console.log(JSON.stringify(known));
      else if (known.length === 0) console.log('No charge point has a password.');
      else
        console.table(
          known.map(({ chargePointId, givenAt, earlierUntil }) => ({
            'charge point': chargePointId,
            given: givenAt.toISOString(),
            'earlier one until': earlierUntil?.toISOString() ?? '',
          })),
        );
    });
  chargePoint
    .command('revoke')
    .description('take all passwords of a charge point back: it is refused when it connects again')
    .argument('<id>', 'as it stands in its URL, percent-decoded', chargePointId)
    .option('--json', 'print one JSON line', false)
    .action(async (id: string, { json }: { json: boolean }, command: Command) => {
      const { revokePasswords } = await import('../compose/credentials.js');
      const passwords = await revokePasswords(id);
      if (passwords === 0) return command.error(`error: ${id} has no password`);
      console.log(
        json ? JSON.stringify({ chargePointId: id, passwords }) : `${id} is refused when it connects again.`,
      );
    });
}

const EXAMPLES = `
Examples:
  meterpulse credentials key create --name billing --scope readings:read --expires 1y
  meterpulse credentials key create --name "depot north" --scope readings:write --site north
  meterpulse credentials charge-point create CP-1 CP-2 --json
`;

function name(text: string): string {
  if (text.trim() === '' || text.length > MAX_NAME || !isCleanText(text)) {
    throw new InvalidArgumentError(`Expected 1 to ${MAX_NAME} characters without control characters.`);
  }
  return text;
}

function scopes(text: string, before: readonly Scope[] = []): readonly Scope[] {
  if (!isScope(text)) throw new InvalidArgumentError(`Expected one of ${Object.keys(SCOPES).join(', ')}.`);
  return [...new Set([...before, text])];
}

function texts(text: string, before: readonly string[] = []): readonly string[] {
  return [...new Set([...before, name(text)])];
}

function chargePoints(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, chargePointId(text)];
}

function chargePointId(text: string): string {
  if (isChargePointId(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 255 characters, none of them a control character.');
}

function keyId(text: string): string {
  const id = KEY_ID.exec(text)?.[1];
  if (id === undefined) throw new InvalidArgumentError('Expected twelve letters and digits, as in the list.');
  return id;
}

function duration(text: string): number {
  const ms = durationMs(text, UNITS_TO_YEARS);
  if (ms === undefined || ms > MAX_DURATION_MS) {
    throw new InvalidArgumentError('Expected a duration such as 12h, 90d or 1y, of 100 years at most.');
  }
  return ms;
}

function lifetime(text: string): number {
  const ms = duration(text);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('Expected more than nothing: such a key would never be good.');
}
