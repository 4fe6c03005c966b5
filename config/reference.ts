import { z } from 'zod';
import { environmentSchema } from './schema.js';

interface Variable {
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** The page `docs/configuration.md`, made from the schema alone. */
export function configurationReference(): string {
  const schema = z.toJSONSchema(environmentSchema, { io: 'input', unrepresentable: 'any' });
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) =>
    row(name, property as Variable),
  );
  return [
    '# Configuration',
    '',
    'Every variable meterpulse reads from the environment. This page is generated from `config/schema.ts` by',
    '`npm run docs`; a test fails when it differs. An empty variable counts as unset. A value out of range stops the',
    'process at once, with a line that names the variable and what was expected. `meterpulse config` prints what is in force.',
    '',
    'A secret may stand in a file instead of its variable: `NAME_FILE` has the path, as of a Secret that Kubernetes mounts. The file has one line;',
    'a newline at its end is not part of it. Both set, or a file that is missing, empty or has more than 64 KiB, stops the process as well, and',
    'no message, log or metric ever shows what is in it. Files are read again for each new connection, so that a password that was rotated is',
    'taken without a restart: what is connected stays connected. [Managed Kafka and PostgreSQL](managed-services.md) has examples.',
    '',
    '| variable | default | values | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function row(name: string, variable: Variable): string {
  const standard = variable.default === undefined ? '' : `\`${String(variable.default)}\``;
  return `| \`${name}\` | ${standard} | ${values(variable)} | ${variable.description ?? ''} |`;
}

function values(variable: Variable): string {
  if (variable.enum !== undefined) return variable.enum.map((value) => `\`${value}\``).join(', ');
  if (variable.minimum !== undefined && variable.maximum !== undefined) {
    return `${variable.minimum} to ${variable.maximum}`;
  }
  return variable.format === 'date-time' ? 'ISO 8601 time' : 'text';
}
