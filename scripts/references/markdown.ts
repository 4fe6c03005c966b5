/** A Markdown table. Cells are one line each; a bar within one is escaped. */
export function table(headings: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(headings), row(headings.map(() => '---')), ...lines.map(row)].join('\n');
}

/** Code within a line; a backtick in it is fenced by two. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Paragraphs, tables and headings as a page. */
export function page(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}
