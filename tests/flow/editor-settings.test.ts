import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEV_COMMANDS } from '../../dev/commands.js';
import { createProgram } from '../../server/cli/program.js';

/** JSON with comments, as the editor reads it. */
function read<Shape>(file: string, schema: z.ZodType<Shape>): Shape {
  const parsed: { config?: unknown; error?: ts.Diagnostic } = ts.parseConfigFileTextToJson(
    file,
    readFileSync(file, 'utf8'),
  );
  expect(parsed.error, file).toBeUndefined();
  return schema.parse(parsed.config);
}

const launchSchema = z.object({
  configurations: z.array(
    z.object({ name: z.string(), program: z.string(), args: z.array(z.string()) }).loose(),
  ),
});
const tasksSchema = z.object({
  tasks: z.array(z.object({ type: z.literal('npm'), script: z.string() }).loose()),
});
const manifestSchema = z.object({ scripts: z.record(z.string(), z.string()) });

const { scripts } = manifestSchema.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const commands = createProgram().commands.map((command) => command.name());

describe('what the editor is told', () => {
  it.each(read('.vscode/launch.json', launchSchema).configurations)('debugs $name', ({ program, args }) => {
    const file = program.replace('${workspaceFolder}/', '');
    expect(existsSync(file), file).toBe(true);
    const [command = ''] = args;
    if (file === 'server/main.ts') expect(commands).toContain(command);
    if (file === 'dev/main.ts') expect(Object.keys(DEV_COMMANDS)).toContain(command);
  });

  it.each(read('.vscode/tasks.json', tasksSchema).tasks)('runs npm script $script', ({ script }) => {
    expect(Object.keys(scripts)).toContain(script);
  });
});

describe('the npm scripts', () => {
  it.each(Object.entries(scripts))('%s names files and commands that exist', (_, script) => {
    for (const [file] of script.matchAll(/(?<=^|\s)(?:scripts|dev|benchmarks|Files)\/[\w./-]+/g))
      expect(existsSync(file), file).toBe(true);
    const [, started] = /scripts\/start\.mjs (\S+)/.exec(script) ?? [];
    if (started !== undefined) expect(commands).toContain(started);
    const [, developed] = /dev\/main\.ts (\S+)/.exec(script) ?? [];
    if (developed !== undefined) expect(commands).toContain(DEV_COMMANDS[developed]?.args[0]);
  });

  it.each(Object.entries(scripts))('%s runs in any shell', (_, script) => {
    // What cmd.exe doesn't know: variables set ahead of a command, single quotes, $NAME, ; and substitutions.
    expect(script).not.toMatch(/^\w+=|'|\$|;|`|\|\||\brm\b|\bcp\b/);
  });
});
