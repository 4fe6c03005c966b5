import { effect, signal } from '@preact/signals';

/** `system`: what the browser prefers. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'meterpulse.theme';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** What is chosen; kept in this browser. */
export const theme = signal<Theme>(stored());

const darkPreferred = window.matchMedia('(prefers-color-scheme: dark)');
/** Rises whenever the colours may be others: charts, which draw their own pixels, draw them anew. */
export const themeVersion = signal(0);

effect(() => {
  const chosen = theme.value;
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
  themeVersion.value = themeVersion.peek() + 1;
});
darkPreferred.addEventListener('change', () => {
  themeVersion.value += 1;
});

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  try {
    if (chosen === 'system') window.localStorage.removeItem(KEY);
    else window.localStorage.setItem(KEY, chosen);
  } catch {
    // Storage is forbidden or full: the choice holds as long as the page.
  }
}

export function nextTheme(now: Theme): Theme {
  return THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'system';
}

function stored(): Theme {
  try {
    const kept = window.localStorage.getItem(KEY);
    return THEMES.find((name) => name === kept) ?? 'system';
  } catch {
    return 'system';
  }
}
