import type { LiveChargePoint } from '../../../client/live/index.js';
import { isoMomentText } from '../../charts/time-text.js';
import { Button } from '../../components/button.js';
import { Icon } from '../../components/icon.js';
import { RowGrid, type GridPosition, type RowGridColumn } from '../../components/row-grid.js';
import { useMediaQuery } from '../../components/use-media-query.js';
import { link } from '../../router/parse-location.js';
import { go } from '../../router/router.js';
import { StatusBadge } from './status-badge.js';
import './charge-point-grid.css';

export interface ChargePointGridProps {
  readonly rows: readonly LiveChargePoint[];
  /** Names what is asked for: another question is answered from the top. */
  readonly question: string;
  readonly onEdit: (row: LiveChargePoint) => void;
  readonly onDelete: (row: LiveChargePoint) => void;
  readonly onRestore: (row: LiveChargePoint) => void;
}

/** Px. A narrow screen has two lines a row. */
const ROW_HEIGHT = 44;
const NARROW_ROW_HEIGHT = 68;
const NARROW = '(max-width: 48rem)';

/** Of the question asked last: coming back from a charge point's page leads to where one was. */
let last: GridPosition & { readonly question: string } = { question: '', scrollTop: 0, active: 0 };

function positionFor(question: string): GridPosition {
  if (last.question !== question) last = { question, scrollTop: 0, active: 0 };
  return last;
}

export function ChargePointGrid({ rows, question, ...actions }: ChargePointGridProps) {
  const isNarrow = useMediaQuery(NARROW);
  return (
    <RowGrid
      position={positionFor(question)}
      kind="charge-point-grid"
      label="Charge points"
      rows={rows}
      rowKey={({ id }) => id}
      rowHeight={isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT}
      columns={columnsOf(actions)}
      onOpen={({ id }) => go(link(['charge-points', id]))}
    />
  );
}

function columnsOf(
  actions: Omit<ChargePointGridProps, 'rows' | 'question'>,
): readonly RowGridColumn<LiveChargePoint>[] {
  return [
    {
      key: 'id',
      title: 'Charge point',
      cell: ({ id }, isActive) => (
        <a href={link(['charge-points', id])} title={id} tabIndex={isActive ? 0 : -1}>
          {id}
        </a>
      ),
    },
    { key: 'label', title: 'Label', cell: ({ label }) => <span title={label}>{label}</span> },
    {
      key: 'site',
      title: 'Site',
      cell: ({ site }) =>
        site === '' ? <span class="faint">no site</span> : <span title={site}>{site}</span>,
    },
    { key: 'status', title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    { key: 'updated', title: 'Changed', cell: ({ updatedAt }) => isoMomentText(updatedAt) },
    {
      key: 'actions',
      title: <span class="visually-hidden">Actions</span>,
      cell: (row, isActive) => <Actions row={row} tabIndex={isActive ? 0 : -1} {...actions} />,
    },
  ];
}

interface ActionsProps extends Omit<ChargePointGridProps, 'rows' | 'question'> {
  readonly row: LiveChargePoint;
  readonly tabIndex: number;
}

function Actions({ row, tabIndex, onEdit, onDelete, onRestore }: ActionsProps) {
  if (row.status === 'retired') {
    return (
      <Button
        kind="quiet"
        tabIndex={tabIndex}
        aria-label={`Restore ${row.id}`}
        onClick={() => onRestore(row)}
      >
        Restore
      </Button>
    );
  }
  return (
    <>
      <Button
        kind="quiet"
        class="only-icon"
        tabIndex={tabIndex}
        aria-label={`Edit ${row.id}`}
        title="Edit"
        onClick={() => onEdit(row)}
      >
        <Icon name="edit" />
      </Button>
      <Button
        kind="quiet"
        class="only-icon"
        tabIndex={tabIndex}
        aria-label={`Delete ${row.id}`}
        title="Delete"
        onClick={() => onDelete(row)}
      >
        <Icon name="trash" />
      </Button>
    </>
  );
}
