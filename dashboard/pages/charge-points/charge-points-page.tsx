import { useMemo, useState } from 'preact/hooks';
import type { LiveChargePoint } from '../../../client/live/index.js';
import { Button } from '../../components/button.js';
import { ErrorState } from '../../components/error-state.js';
import { Icon } from '../../components/icon.js';
import { Page } from '../../components/page.js';
import { place } from '../../router/router.js';
import { ChargePointFilters } from './charge-point-filters.js';
import { ChargePointGrid } from './charge-point-grid.js';
import { CreateDialog } from './create-dialog.js';
import { DeleteDialog } from './delete-dialog.js';
import { EditDialog } from './edit-dialog.js';
import { filtered, readFilter, sitesOf } from './filter.js';
import { GridLoading } from './grid-loading.js';
import { ImportDialog } from './import-dialog.js';
import { ListNotice } from './list-notice.js';
import { NoChargePoints } from './no-charge-points.js';
import { restore } from './restore.js';
import { subtitleOf } from './subtitle.js';
import { useChargePoints } from './use-charge-points.js';

type Open =
  | { readonly kind: 'create' | 'import' }
  | { readonly kind: 'edit' | 'delete'; readonly chargePoint: LiveChargePoint }
  | null;

/** The registry: found, followed and changed. */
export function ChargePointsPage() {
  const filter = readFilter(place.value.query);
  const { rows, isLive, isComplete, error, reload } = useChargePoints(filter.status === 'retired');
  const [open, setOpen] = useState<Open>(null);
  const { search, site, status } = filter;
  const shown = useMemo(
    () => (rows === null ? null : filtered(rows, { search, site, status })),
    [rows, search, site, status],
  );
  const sites = useMemo(() => sitesOf(rows ?? []), [rows]);
  const close = (): void => setOpen(null);
  // What doesn't come by itself is asked for again.
  const changed = (): void => {
    if (!isLive) reload();
  };
  const dialog = { sites: [...sites.keys()].filter(Boolean), onClose: close, onChanged: changed };
  const add = (
    <Button kind="primary" onClick={() => setOpen({ kind: 'create' })}>
      <Icon name="plus" />
      Add
    </Button>
  );
  return (
    <Page
      title="Charge points"
      subtitle={subtitleOf(filter, shown?.length, rows?.length, isComplete)}
      actions={
        <>
          <Button onClick={() => setOpen({ kind: 'import' })}>
            <Icon name="upload" />
            Import
          </Button>
          {add}
        </>
      }
    >
      <ChargePointFilters filter={filter} sites={sites} />
      {rows !== null && !isLive ? (
        <ListNotice retired={status === 'retired'} isComplete={isComplete} error={error} onReload={reload} />
      ) : null}
      {shown === null ? (
        error !== undefined ? (
          <ErrorState title="The charge points could not be loaded" error={error} onRetry={reload} />
        ) : (
          <GridLoading />
        )
      ) : shown.length === 0 && isComplete ? (
        <NoChargePoints filter={filter} add={add} />
      ) : (
        <ChargePointGrid
          rows={shown}
          question={JSON.stringify(filter)}
          onEdit={(chargePoint) => setOpen({ kind: 'edit', chargePoint })}
          onDelete={(chargePoint) => setOpen({ kind: 'delete', chargePoint })}
          onRestore={(chargePoint) => void restore(chargePoint.id, 'active', changed)}
        />
      )}
      {open?.kind === 'create' ? <CreateDialog {...dialog} /> : null}
      {open?.kind === 'import' ? <ImportDialog {...dialog} /> : null}
      {open?.kind === 'edit' ? <EditDialog {...dialog} chargePoint={open.chargePoint} /> : null}
      {open?.kind === 'delete' ? <DeleteDialog {...dialog} chargePoint={open.chargePoint} /> : null}
    </Page>
  );
}
