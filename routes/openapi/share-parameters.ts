import type { JsonSchema } from './schemas.js';

interface Operation extends JsonSchema {
  tags?: string[];
  parameters?: JsonSchema[];
}

/**
 * Replaces each parameter that several operations have by a reference, and gives what the references refer to. Of two that
 * share a name and differ, the second is called after its heading too: `fromOfConflicts`.
 */
export function shareParameters(operations: readonly Operation[]): Record<string, JsonSchema> {
  const counts = new Map<string, number>();
  for (const parameter of operations.flatMap(({ parameters = [] }) => parameters)) {
    const text = JSON.stringify(parameter);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  const shared: Record<string, JsonSchema> = {};
  for (const operation of operations) {
    operation.parameters = operation.parameters?.map((parameter) => {
      const text = JSON.stringify(parameter);
      if ((counts.get(text) ?? 0) < 2) return parameter;
      // Keys of components are words: `If-Match` is IfMatch.
      const word = String(parameter['name']).replaceAll(/\W/g, '');
      const name = names.get(text) ?? freeName(word, operation, shared);
      names.set(text, name);
      shared[name] = parameter;
      return { $ref: `#/components/parameters/${name}` };
    });
  }
  return shared;
}

function freeName(name: string, { tags = [] }: Operation, taken: Readonly<Record<string, unknown>>): string {
  const heading = tags.join(' ').replaceAll(/(?:^|\W)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const names = [name, `${name}Of${heading}`];
  for (let at = 2; ; at++) {
    const free = names.shift() ?? `${name}Of${heading}${at}`;
    if (!Object.hasOwn(taken, free)) return free;
  }
}
