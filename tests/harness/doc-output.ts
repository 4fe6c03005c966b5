import { expect } from 'vitest';

/** Whether the output has the lines of what a page shows, in their order; `…` stands for anything. */
export function expectOutput(shown: string, output: string): void {
  const pattern = shown
    .trim()
    .split('\n')
    .map((line) => line.trim().split('…').map(escaped).join('.*'))
    .join('[^]*?');
  expect(squeezed(output)).toMatch(new RegExp(squeezed(pattern)));
}

/** Whether JSON is what a page shows, save the values of `varying` fields. */
export function expectJson(shown: string, output: string, varying: readonly string[]): void {
  expect(settled(JSON.parse(output), varying)).toEqual(settled(JSON.parse(shown), varying));
}

/** With the varying values replaced by their type. */
function settled(value: unknown, varying: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => settled(each, varying));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      varying.includes(name) ? `(${typeof inner})` : settled(inner, varying),
    ]),
  );
}

function squeezed(text: string): string {
  return text.replaceAll(/[ \t]+/g, ' ').replaceAll(/-{3,}|─{2,}/g, '--');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
