import type { Command } from 'commander';
import { loadConfig, type Config } from '../../config/config.js';
import { isSecret } from '../../config/secret-variables.js';

export function registerConfigCommand(program: Command): void {
  program
    .command('config')
    .description(
      'print the configuration in force, without passwords; a secret of a file is read, and named by its file',
    )
    .option('--json', 'print one JSON line')
    .action((options: { json?: boolean }) => {
      const { config, warnings } = loadConfig();
      for (const warning of warnings) console.error(`warning: ${warning}`);
      const shown = Object.entries(config).map(
        ([name, value]) => [name, withoutSecret(name, value)] as const,
      );
      if (options.json === true) console.log(JSON.stringify(Object.fromEntries(shown)));
      else for (const [name, value] of shown) console.log(`${name}=${String(value)}${origin(name, config)}`);
    });
}

/** Where a secret comes from, when not from its own variable. */
function origin(name: string, config: Config): string {
  return isSecret(name) && config[`${name}_FILE`] !== undefined ? ` (from ${name}_FILE)` : '';
}

const HIDDEN = '***';

function withoutSecret(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutSecret(name, each));
  if (typeof value !== 'string') return value;
  if (!URL.canParse(value)) return isSecret(name) ? HIDDEN : value;
  // A password may look like a URL.
  if (isSecret(name) && !name.includes('URL')) return HIDDEN;
  const url = new URL(value);
  if (url.password !== '') url.password = HIDDEN;
  if (url.searchParams.has('password')) url.searchParams.set('password', HIDDEN);
  return url.href;
}
