import { signal } from '@preact/signals';

const TOKEN = 'meterpulse.token';
const OVER = 'meterpulse.session-over';

/** What this tab shows to the server; null: nothing. It ends with the tab, and stands in no address. */
export const token = signal<string | null>(read(TOKEN));

export function keepToken(text: string): void {
  token.value = text;
  write(TOKEN, text);
}

/** For good: the page begins anew, so that nothing of what was shown is left in it. */
export function forgetToken(why: 'left' | 'over'): void {
  if (token.peek() === null) return;
  token.value = null;
  write(TOKEN, null);
  write(OVER, why === 'over' ? 'true' : null);
  window.location.reload();
}

/** Whether the page began anew because the session was over. */
export function wasOver(): boolean {
  return read(OVER) !== null;
}

export function forgetThatItWasOver(): void {
  write(OVER, null);
}

function read(key: string): string | null {
  try {
    return window.sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) window.sessionStorage.removeItem(key);
    else window.sessionStorage.setItem(key, value);
  } catch {
    // Storage is forbidden or full: it holds as long as the page.
  }
}
