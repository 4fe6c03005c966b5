import { countText } from '../../format/figures.js';
import { Field } from '../../components/field.js';
import { IdFilter } from '../../components/id-filter.js';
import { reasonName } from './quarantined-part.js';

export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

export interface QuarantineFiltersProps {
  readonly status: string;
  readonly reason: string;
  readonly chargePointId: string;
  /** With the other filters; undefined: not known yet. */
  readonly reasons: readonly ReasonCount[] | undefined;
  readonly onChange: (query: Readonly<Record<string, string>>) => void;
}

export function QuarantineFilters({
  status,
  reason,
  chargePointId,
  reasons = [],
  onChange,
}: QuarantineFiltersProps) {
  const all = reasons.reduce((sum, { count }) => sum + count, 0);
  const isListed = reason === '' || reasons.some((known) => known.reason === reason);
  return (
    <div class="filters">
      <Field label="Status">
        {(control) => (
          <select
            {...control}
            value={status}
            onChange={({ currentTarget: { value } }) => onChange({ status: value === 'open' ? '' : value })}
          >
            <option value="open">Open</option>
            <option value="resolved">Resolved</option>
            <option value="all">All</option>
          </select>
        )}
      </Field>
      <Field label="Reason">
        {(control) => (
          <select
            {...control}
            value={reason}
            onChange={({ currentTarget: { value } }) => onChange({ reason: value })}
          >
            <option value="">Any{all === 0 ? '' : ` (${countText(all)})`}</option>
            {reasons.map((known) => (
              <option key={known.reason} value={known.reason}>
                {reasonName(known.reason)} ({countText(known.count)})
              </option>
            ))}
            {isListed ? null : <option value={reason}>{reasonName(reason)} (0)</option>}
          </select>
        )}
      </Field>
      <IdFilter
        label="Charge point"
        hint="Its whole id"
        value={chargePointId}
        onChange={(id) => onChange({ chargePoint: id })}
      />
    </div>
  );
}
