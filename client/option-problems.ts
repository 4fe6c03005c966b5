import type { z } from 'zod';

/** What is wrong with the options of a command line, in one line: `--key-file should be: ...; --rate should be: ...`. */
export function optionProblems({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `--${kebab(String(path[0]))} should be: ${message}`).join('; ');
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
