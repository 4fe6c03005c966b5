import type { Colors } from './colors.js';
import { ALL_NAMES, COMMANDS, findCommand } from '../language/commands.js';
import type { CommandSpec } from '../language/command-spec.js';
import { nearest } from '../language/nearest.js';
import { clean, padded, wrapped } from './layout.js';

const NAME_WIDTH = 12;

/** All commands, or one with its examples. */
export function helpText(topic: string | null, colors: Colors, width: number): readonly string[] {
  if (topic === null) return overview(colors, width);
  const spec = findCommand(topic);
  if (spec !== undefined) return explained(spec, colors, width);
  const meant = nearest(topic, ALL_NAMES);
  return [
    `There is no command '${clean(topic)}'${meant === undefined ? ": 'help' lists them." : `, did you mean ${meant}?`}`,
  ];
}

function overview(colors: Colors, width: number): readonly string[] {
  const groups = [...new Set(COMMANDS.map(({ group }) => group))];
  const lines = groups.flatMap((group) => [
    colors.bold(group),
    ...COMMANDS.filter((spec) => spec.group === group).flatMap(({ name, summary }) =>
      indented(summary, width, NAME_WIDTH + 2).map((line, at) =>
        at === 0 ? `  ${colors.cyan(padded(name, NAME_WIDTH))}${line}` : ' '.repeat(NAME_WIDTH + 2) + line,
      ),
    ),
  ]);
  const hint =
    '`help send` explains one, with examples. Tab completes; `;` separates commands; Ctrl-C cancels, Ctrl-D leaves.';
  return [...lines, '', ...indented(hint, width, 0)];
}

function explained(spec: CommandSpec, colors: Colors, width: number): readonly string[] {
  const { name, usage, summary, details, examples, aliases = [] } = spec;
  return [
    `${colors.bold(colors.cyan(name))} ${usage}`.trimEnd(),
    ...indented(`${summary}.`, width, 2).map((line) => `  ${line}`),
    ...(details === undefined ? [] : indented(details, width, 2).map((line) => `  ${line}`)),
    ...(aliases.length === 0 ? [] : [`  Also: ${aliases.join(', ')}`]),
    colors.dim('  for example'),
    ...examples.map((example) => `    ${example}`),
  ];
}

function indented(text: string, width: number, indent: number): readonly string[] {
  return wrapped(text, Math.max(width - indent - 1, 20));
}
