import { useId } from 'preact/hooks';
import { messageOf } from '../../api/message-of.js';
import { ProblemError } from '../../api/problem-error.js';
import { Field } from '../../components/field.js';
import type { Fields } from './change-requests.js';

export interface ChargePointFieldsProps {
  readonly values: Fields;
  readonly onChange: (values: Fields) => void;
  readonly sites: readonly string[];
  /** What the API refused last, by field. */
  readonly problem: ProblemError | undefined;
}

/** Longest text that the registry takes. */
const MAX_TEXT = 255;

/** The fields that are the same in every form about a charge point. */
export function ChargePointFields({ values, onChange, sites, problem }: ChargePointFieldsProps) {
  const listId = useId();
  return (
    <>
      <Field label="Label" hint="What people call it" error={problem?.fieldError('label')}>
        {(control) => (
          <input
            {...control}
            maxLength={MAX_TEXT}
            autocomplete="off"
            value={values.label}
            onInput={(event) => onChange({ ...values, label: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Site" hint="Where it stands; empty: of no site" error={problem?.fieldError('site')}>
        {(control) => (
          <>
            <input
              {...control}
              maxLength={MAX_TEXT}
              autocomplete="off"
              list={listId}
              value={values.site}
              onInput={(event) => onChange({ ...values, site: event.currentTarget.value })}
            />
            <datalist id={listId}>
              {sites.map((site) => (
                <option key={site} value={site} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field
        label="Status"
        hint="What a held one sends is kept aside until it is active"
        error={problem?.fieldError('status')}
      >
        {(control) => (
          <select
            {...control}
            value={values.status}
            onChange={(event) =>
              onChange({ ...values, status: event.currentTarget.value === 'held' ? 'held' : 'active' })
            }
          >
            <option value="active">active</option>
            <option value="held">held</option>
          </select>
        )}
      </Field>
    </>
  );
}

/** What an error says beside what is said at the fields; null: nothing. */
export function restOfError(error: unknown): string | null {
  if (error === undefined) return null;
  const fields = ['id', 'label', 'site', 'status'];
  const isAtField =
    error instanceof ProblemError && fields.some((name) => error.fieldError(name) !== undefined);
  return isAtField ? null : messageOf(error);
}
