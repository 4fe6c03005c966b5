import type { Command } from 'commander';

/** Adds the options of {@link credentialFilesShape} to a command; those of many charge points have a directory too. */
export function addCredentialOptions(command: Command, who: 'one charge point' | 'many'): Command {
  const isOne = who === 'one charge point';
  command
    .option('--key-file <file>', 'a key or a token, for protocol json; below it the secret of one that signs')
    .option('--passwords-file <file>', 'passwords of charge points: an id, a tab and its password a line')
    .option(
      '--ca-file <file>',
      'certificates (PEM) of the authorities that wss: trusts, in place of the usual ones',
    )
    .option(
      '--certificate-file <file>',
      isOne
        ? 'the certificate (PEM) that the charge point shows'
        : 'the certificate (PEM) that is shown for all charge points: each id is a name in it',
    )
    .option('--certificate-key-file <file>', 'its key (PEM)');
  return isOne
    ? command
    : command.option(
        '--certificates-directory <directory>',
        'has ID.crt and ID.key (PEM) of each charge point, which shows its own',
      );
}
