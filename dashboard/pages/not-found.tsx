import { EmptyState } from '../components/empty-state.js';
import { Page } from '../components/page.js';
import { link } from '../router/parse-location.js';

export function NotFound() {
  return (
    <Page title="No such page">
      <EmptyState
        icon="search"
        title="There is nothing at this address"
        action={
          <a class="button plain" href={link([])}>
            To the overview
          </a>
        }
      >
        The link may be an old one, or it was cut in two on its way.
      </EmptyState>
    </Page>
  );
}
