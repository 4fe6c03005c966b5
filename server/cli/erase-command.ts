import { Option, type Command } from 'commander';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import { readSecretFile } from '../../helpers/read-secret-file.js';
import { isName } from '../../protocol/identifier.js';
import type { Erased } from '../../store/erasure/erase-id-tag.js';

interface Flags {
  readonly idTag?: string;
  readonly idTagFile?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What an operator runs when somebody asks that they be forgotten. */
export function registerEraseCommand(program: Command): void {
  program
    .command('erase')
    .summary('take the id tag of a person out of everything that is stored')
    .description(
      'Takes an id tag out of charging sessions, commands, quarantined parts and reasons of edits, in whatever case it is written, while ' +
        'everything runs. Energy, times and readings stay as they are. The log and backups keep it for their time: ' +
        'docs/privacy.md says for how long.',
    )
    .addOption(
      new Option('--id-tag <tag>', 'the id tag (others on this machine may see it)').conflicts('idTagFile'),
    )
    .option('--id-tag-file <file>', 'a file that has the id tag in one line')
    .option('--dry-run', 'only tell how much would change', false)
    .option('--json', 'print one JSON line', false)
    .addHelpText(
      'after',
      '\nExit code: 0 when nothing names it any more, 1 when something was kept, 130 after Ctrl-C.\n' +
        '\nExamples:\n' +
        '  meterpulse erase --id-tag B4A63CDF --dry-run\n' +
        '  meterpulse erase --id-tag-file /run/erase/tag --json\n',
    )
    .action(async (flags: Flags, command: Command) => {
      const idTag = idTagOf(flags, command);
      const interrupts = listenForInterrupts();
      try {
        const { runErase } = await import('../compose/privacy.js');
        const erased = await runErase({
          idTag,
          dryRun: flags.dryRun,
          signal: interrupts.signal,
          onProgress: () => undefined,
        });
        const isComplete = !interrupts.signal.aborted;
        const report = { ...erased, dryRun: flags.dryRun, isComplete };
        console.log(flags.json ? JSON.stringify(report) : erasureText(report));
        if (!isComplete) process.exitCode = interrupts.exitCode();
        else process.exitCode = erased.kept.commands + erased.kept.quarantine === 0 ? 0 : 1;
      } finally {
        interrupts.ignore();
      }
    });
}

function idTagOf({ idTag, idTagFile }: Flags, command: Command): string {
  if (idTag === undefined && idTagFile === undefined) {
    return command.error('error: give --id-tag or --id-tag-file');
  }
  let text = idTag ?? '';
  if (idTagFile !== undefined) {
    const file = readSecretFile(idTagFile);
    if (!file.ok) return command.error(`error: --id-tag-file can't be used, ${file.why}`);
    text = file.text;
  }
  if (!isName(text)) {
    return command.error('error: an id tag has 1 to 50 characters, none of them a control character');
  }
  return text;
}

/** What a person reads: never the tag. */
export function erasureText(
  erased: Erased & { readonly dryRun: boolean; readonly isComplete: boolean },
): string {
  const { transactions, commands, quarantine, edits, kept, dryRun, isComplete } = erased;
  return [
    `${isComplete ? '' : 'Interrupted. '}${dryRun ? 'It would be' : 'It was'} taken out of ${transactions} sessions, ` +
      `${commands} commands, ${quarantine} quarantined parts and the reasons of ${edits} edits.`,
    ...(kept.commands === 0
      ? []
      : [`${kept.commands} commands that name it are under way: run this again when they have ended.`]),
    ...(kept.quarantine === 0
      ? []
      : [
          `${kept.quarantine} open parts in quarantine are Starts that name it: send them again first, then run this again.`,
        ]),
  ].join('\n');
}
