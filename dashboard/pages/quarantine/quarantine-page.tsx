import { useState } from 'preact/hooks';
import { request, type PageOf } from '../../api/api-client.js';
import { useMore } from '../../api/use-more.js';
import { useResource } from '../../api/use-resource.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { More } from '../../components/more.js';
import { Page } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { place, replaceQuery } from '../../router/router.js';
import { PartCard } from './part-card.js';
import { QuarantineFilters, type ReasonCount } from './quarantine-filters.js';
import type { QuarantinedPart } from './quarantined-part.js';
import './quarantine.css';

/** What could not become a reading, the newest first. Its filters stand in the address. */
export function QuarantinePage() {
  const { query } = place.value;
  const status = query.get('status') ?? 'open';
  const [reason, chargePointId] = [query.get('reason') ?? '', query.get('chargePoint') ?? ''];
  const asked = { status, reason: reason || undefined, chargePointId: chargePointId || undefined };
  const [round, setRound] = useState(0);
  const list = useMore<QuarantinedPart>({ path: 'v1/quarantine', query: asked, keyOf: ({ id }) => id });
  const reasons = useResource(JSON.stringify(['reasons', status, chargePointId, round]), async (signal) => {
    const filter = { status, chargePointId: chargePointId || undefined };
    return (await request<PageOf<ReasonCount>>('v1/quarantine/reasons', { query: filter, signal })).items;
  });
  const isFiltered = reason !== '' || chargePointId !== '' || status !== 'open';
  return (
    <Page
      title="Quarantine"
      subtitle="What could not become a reading is kept here, with its reason and text."
    >
      <QuarantineFilters
        status={status}
        reason={reason}
        chargePointId={chargePointId}
        reasons={reasons.value}
        onChange={replaceQuery}
      />
      {list.items === undefined ? (
        list.error === undefined ? (
          <ul class="part-list" aria-busy="true" aria-label="Loading">
            {[0, 1, 2, 3].map((at) => (
              <li key={at}>
                <Skeleton height="4rem" />
              </li>
            ))}
          </ul>
        ) : (
          <ErrorState title="The quarantine could not be loaded" error={list.error} onRetry={list.reload} />
        )
      ) : list.items.length === 0 ? (
        <EmptyState
          icon="check"
          title={isFiltered ? 'Nothing fits these filters' : 'Nothing is in quarantine'}
        >
          {isFiltered
            ? 'Choose another reason, status or charge point.'
            : 'Every message so far has become a reading, or was settled.'}
        </EmptyState>
      ) : (
        <>
          <ul class="part-list">
            {list.items.map((part) => (
              <li key={part.id}>
                <PartCard
                  part={part}
                  onChange={(changed) => {
                    list.replace(changed);
                    setRound((count) => count + 1);
                  }}
                />
              </li>
            ))}
          </ul>
          <More list={list} noun="parts" />
        </>
      )}
    </Page>
  );
}
