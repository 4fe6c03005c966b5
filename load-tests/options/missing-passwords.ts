import type { CredentialFiles } from '../../client/transport/credential-files.js';
import type { Credentials } from '../../client/transport/credentials.js';

/** Which charge points can't show who they are, in one line with the remedy; null: all can, or no passwords are given. */
export function missingPasswords(
  chargePointIds: readonly string[],
  { passwordsFile }: CredentialFiles,
  credentials: Pick<Credentials, 'authorization'>,
): string | null {
  if (passwordsFile === undefined) return null;
  const without = chargePointIds.filter((id) => credentials.authorization(id) === undefined);
  const [first] = without;
  if (first === undefined) return null;
  return (
    `${passwordsFile} has no password for ${without.length} of ${chargePointIds.length} charge points, the first is ${first}: ` +
    'the same options with --list-charge-points print all ids, which `meterpulse credentials charge-point create` takes'
  );
}
