import { useMore } from '../../api/use-more.js';
import { numberText } from '../../charts/quantity.js';
import { phaseName, placeName } from '../../charts/series.js';
import { isoMomentText } from '../../charts/time-text.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { IdFilter } from '../../components/id-filter.js';
import { More } from '../../components/more.js';
import { Page } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { Table } from '../../components/table.js';
import { link } from '../../router/parse-location.js';
import { place, replaceQuery } from '../../router/router.js';
import './conflicts.css';

interface ConflictingValue {
  readonly value: number;
  readonly transactionId: string | null;
  readonly receivedAt: string;
}

/** Of `GET /v1/conflicts`. */
interface Conflict {
  readonly id: number;
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly unit: string;
  readonly context: string;
  readonly timestamp: string;
  /** null: its day was dropped since. */
  readonly standing: ConflictingValue | null;
  readonly losing: ConflictingValue;
}

/** Values that were told twice, differently, for one instant: the one that stands, and the one that doesn't. */
export function ConflictsPage() {
  const { query } = place.value;
  const [chargePointId, measurand] = [query.get('chargePoint') ?? '', query.get('measurand') ?? ''];
  const list = useMore<Conflict>({
    path: 'v1/conflicts',
    query: { chargePointId: chargePointId || undefined, measurand: measurand || undefined },
    keyOf: ({ id }) => id,
  });
  return (
    <Page
      title="Conflicts"
      subtitle="Two values for one instant of one series: one stands, whatever came first, and the other is kept."
    >
      <div class="filters">
        <IdFilter
          label="Charge point"
          hint="Its whole id"
          value={chargePointId}
          onChange={(id) => replaceQuery({ chargePoint: id })}
        />
        <IdFilter
          label="Measurand"
          hint="Such as Power.Active.Import"
          value={measurand}
          onChange={(name) => replaceQuery({ measurand: name })}
        />
      </div>
      {list.items === undefined ? (
        list.error === undefined ? (
          <Skeleton height="16rem" />
        ) : (
          <ErrorState title="The conflicts could not be loaded" error={list.error} onRetry={list.reload} />
        )
      ) : list.items.length === 0 ? (
        <EmptyState
          icon="conflicts"
          title={
            chargePointId === '' && measurand === ''
              ? 'No value contradicts another'
              : 'Nothing fits these filters'
          }
        >
          When a charge point tells two values for the same instant, both stand here.
        </EmptyState>
      ) : (
        <>
          <ConflictTable conflicts={list.items} />
          <More list={list} noun="conflicts" />
        </>
      )}
    </Page>
  );
}

function ConflictTable({ conflicts }: { readonly conflicts: readonly Conflict[] }) {
  return (
    <Table
      caption="Conflicts"
      rows={conflicts}
      rowKey={({ id }) => String(id)}
      columns={[
        { key: 'time', title: 'Time', cell: ({ timestamp }) => isoMomentText(timestamp) },
        {
          key: 'charge-point',
          title: 'Charge point',
          cell: ({ chargePointId, measurand }) => (
            <>
              <a class="conflict-id" href={link(['charge-points', chargePointId])}>
                {chargePointId}
              </a>
              <small class="conflict-measurand soft">{measurand}</small>
            </>
          ),
        },
        { key: 'measurand', title: 'Measurand', wideOnly: true, cell: ({ measurand }) => measurand },
        {
          key: 'series',
          title: 'Series',
          wideOnly: true,
          cell: (conflict) =>
            [placeName(conflict), conflict.phase === '' ? '' : phaseName(conflict.phase), conflict.context]
              .filter((part) => part !== '')
              .join(', '),
        },
        {
          key: 'standing',
          title: 'Stands',
          align: 'number',
          cell: ({ standing, unit }) =>
            standing === null ? (
              <span class="faint">dropped since</span>
            ) : (
              <Value of={standing} unit={unit} />
            ),
        },
        {
          key: 'losing',
          title: 'Does not',
          align: 'number',
          cell: ({ losing, unit }) => <Value of={losing} unit={unit} />,
        },
        { key: 'difference', title: 'Difference', align: 'number', wideOnly: true, cell: differenceText },
      ]}
    />
  );
}

function Value({
  of: { value, receivedAt },
  unit,
}: {
  readonly of: ConflictingValue;
  readonly unit: string;
}) {
  return (
    <span class="conflict-value" title={`Received ${isoMomentText(receivedAt)}`}>
      {exactText(value, unit)}
    </span>
  );
}

function differenceText({ standing, losing, unit }: Conflict): string {
  return standing === null ? '–' : exactText(losing.value - standing.value, unit);
}

/** In the base unit and to the last digit that matters: what differs may be little. */
function exactText(value: number, unit: string): string {
  return `${numberText(value, 6)} ${unit}`.trim();
}
