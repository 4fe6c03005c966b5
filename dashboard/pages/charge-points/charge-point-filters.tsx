import { useId } from 'preact/hooks';
import { Icon } from '../../components/icon.js';
import { countText } from '../../format/figures.js';
import { replaceQuery } from '../../router/router.js';
import type { Filter } from './filter.js';
import './charge-point-filters.css';

export interface ChargePointFiltersProps {
  readonly filter: Filter;
  /** Each site with how many charge points it has. */
  readonly sites: ReadonlyMap<string, number>;
}

const STATUSES = [
  ['', 'In use'],
  ['active', 'Active'],
  ['held', 'Held'],
  ['retired', 'Deleted'],
] as const;
/** Values of the menu of sites; a site's own begins with `=`, so that none can be taken for the others. */
const ANY = 'any';
const NONE = 'none';

/** What is asked stands in the address. */
export function ChargePointFilters({ filter, sites }: ChargePointFiltersProps) {
  const searchId = useId();
  const siteId = useId();
  const statusId = useId();
  const named = [...sites].filter(([site]) => site !== '');
  const without = sites.get('') ?? 0;
  const isUnknownSite = filter.site !== null && filter.site !== '' && !sites.has(filter.site);
  return (
    <form class="charge-point-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <div class="search-box">
        <label class="visually-hidden" for={searchId}>
          Search in ids and labels
        </label>
        <Icon name="search" />
        <input
          id={searchId}
          class="control"
          type="search"
          placeholder="Search ids and labels"
          autocomplete="off"
          spellcheck={false}
          value={filter.search}
          onInput={(event) => replaceQuery({ search: event.currentTarget.value })}
        />
      </div>
      <label class="visually-hidden" for={siteId}>
        Site
      </label>
      <select
        id={siteId}
        class="control"
        value={filter.site === null ? ANY : filter.site === '' ? NONE : `=${filter.site}`}
        onChange={({ currentTarget: { value } }) =>
          replaceQuery({
            site: value.startsWith('=') ? value.slice(1) : '',
            noSite: value === NONE ? '1' : '',
          })
        }
      >
        <option value={ANY}>All sites</option>
        {without > 0 || filter.site === '' ? (
          <option value={NONE}>No site ({countText(without)})</option>
        ) : null}
        {isUnknownSite ? <option value={`=${filter.site}`}>{filter.site} (0)</option> : null}
        {named.map(([site, count]) => (
          <option key={site} value={`=${site}`}>
            {site} ({countText(count)})
          </option>
        ))}
      </select>
      <label class="visually-hidden" for={statusId}>
        Status
      </label>
      <select
        id={statusId}
        class="control"
        value={filter.status}
        onChange={(event) => replaceQuery({ status: event.currentTarget.value })}
      >
        {STATUSES.map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </form>
  );
}
