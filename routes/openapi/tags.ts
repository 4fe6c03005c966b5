const EARLIER = 'Earlier API';
const SERVICE = 'Service';

/** The heading that a path stands under. */
export function tagOf(path: string): string {
  const [first = '', second = ''] = path.split('/').slice(1);
  if (first === 'chargers') return EARLIER;
  if (first !== 'v1') return SERVICE;
  return capital(second.replaceAll('-', ' '));
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  [EARLIER]: 'What earlier clients know: messages rebuilt from readings, by page number.',
  [SERVICE]: 'The API itself.',
};

export function tagsOf(paths: readonly string[]): { name: string; description?: string }[] {
  return [...new Set(paths.map(tagOf))].map((name) => {
    const description = DESCRIPTIONS[name];
    return description === undefined ? { name } : { name, description };
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
