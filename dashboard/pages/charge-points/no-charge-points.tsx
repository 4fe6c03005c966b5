import type { ComponentChildren } from 'preact';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { replaceQuery } from '../../router/router.js';
import { isFiltered, type Filter } from './filter.js';

export interface NoChargePointsProps {
  readonly filter: Filter;
  /** Adds one. */
  readonly add: ComponentChildren;
}

/** None at all, or none of the filter. */
export function NoChargePoints({ filter, add }: NoChargePointsProps) {
  if (!isFiltered(filter)) {
    return (
      <EmptyState icon="chargePoints" title="No charge points yet" action={add}>
        Add one, or import a list. Where unknown ones are registered by themselves, each appears here with its
        first reading.
      </EmptyState>
    );
  }
  const clear = (
    <Button onClick={() => replaceQuery({ search: '', site: '', noSite: '', status: '' })}>
      Clear the filter
    </Button>
  );
  return (
    <EmptyState icon="search" title="No charge point fits" action={clear}>
      {filter.search.trim() === ''
        ? 'None is of this site and status.'
        : `None has “${filter.search.trim()}” in its id or label, with this site and status.`}
    </EmptyState>
  );
}
