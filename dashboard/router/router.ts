import { signal } from '@preact/signals';
import { parseLocation } from './parse-location.js';

/** Where we are; follows the address. */
export const place = signal(parseLocation(window.location.hash));

window.addEventListener('hashchange', () => {
  place.value = parseLocation(window.location.hash);
});

/** Goes to an address that `link` made, with a step back to where we are now. */
export function go(address: string): void {
  window.location.hash = address;
}

/** Changes the query of the page we are on, without a step back for each letter typed. Empty values are left out. */
export function replaceQuery(values: Readonly<Record<string, string>>): void {
  const query = new URLSearchParams(place.value.query);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') query.delete(name);
    else query.set(name, value);
  }
  const search = query.toString();
  const address = `#${place.value.path}${search === '' ? '' : `?${search}`}`;
  window.history.replaceState(null, '', address);
  place.value = parseLocation(address);
}
