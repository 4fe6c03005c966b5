import { countText } from '../../format/figures.js';
import { isFiltered, type Filter } from './filter.js';

/** How many there are, and how many of them are shown. undefined: not known yet. */
export function subtitleOf(
  filter: Filter,
  shown: number | undefined,
  all: number | undefined,
  isComplete: boolean,
): string {
  if (shown === undefined || all === undefined) return 'Loading…';
  const total = `${countText(all)}${isComplete ? '' : ' so far'}`;
  if (filter.status === 'retired') {
    const found = filter.search.trim() === '' && filter.site === null;
    return found ? `${total} deleted` : `${countText(shown)} of ${total} deleted`;
  }
  return isFiltered(filter) ? `${countText(shown)} of ${total}` : `${total} in use`;
}
