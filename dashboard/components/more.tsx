import { messageOf } from '../api/message-of.js';
import type { MoreOf } from '../api/use-more.js';
import { Button } from './button.js';

/** Below a list: how to have more of it, or why it did not come. */
export function More({
  list,
  noun,
}: {
  readonly list: Omit<MoreOf<unknown>, 'replace'>;
  readonly noun: string;
}) {
  const { items = [], hasMore, isLoading, error, more } = list;
  return (
    <p class="soft" role="status">
      {error === undefined ? '' : `More could not be loaded: ${messageOf(error)} `}
      {hasMore || error !== undefined ? (
        <Button busy={isLoading} onClick={more}>
          {error === undefined ? `Show more ${noun}` : 'Try again'}
        </Button>
      ) : (
        `That is all: ${items.length} ${noun}.`
      )}
    </p>
  );
}
