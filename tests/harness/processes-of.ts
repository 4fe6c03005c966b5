import { readdir, readFile } from 'node:fs/promises';

/** Command lines of those that have the directory in their arguments or their environment. */
export async function processesOf(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const command = await read('cmdline');
    if (`${command}\0${await read('environ')}`.includes(directory)) found.push(command.replaceAll('\0', ' '));
  }
  return found;
}
