import type { Command } from 'commander';
import { loadConfig } from '../../config/config.js';

export function registerConfigCommand(program: Command): void {
  program
    .command('config')
    .description('print the configuration in force, without passwords')
    .option('--json', 'print one JSON line')
    .action((options: { json?: boolean }) => {
      const { config, warnings } = loadConfig();
      for (const warning of warnings) console.error(`warning: ${warning}`);
      const shown = Object.fromEntries(
        Object.entries(config).map(([name, value]) => [name, withoutPassword(value)]),
      );
      if (options.json === true) console.log(JSON.stringify(shown));
      else for (const [name, value] of Object.entries(shown)) console.log(`${name}=${String(value)}`);
    });
}

function withoutPassword(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPassword);
  if (typeof value !== 'string' || !URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.password !== '') url.password = '***';
  return url.href;
}
