import { useState } from 'preact/hooks';
import { ProblemError } from '../../api/problem-error.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Field } from '../../components/field.js';
import { Notice } from '../../components/notice.js';
import { showToast } from '../../components/toast.js';
import { link } from '../../router/parse-location.js';
import { go } from '../../router/router.js';
import { createChargePoint, type Fields } from './change-requests.js';
import { ChargePointFields, restOfError } from './charge-point-fields.js';
import type { RegistryDialogProps } from './registry-dialog.js';
import { restore } from './restore.js';

export function CreateDialog({ sites, onClose, onChanged }: RegistryDialogProps) {
  const [id, setId] = useState('');
  const [values, setValues] = useState<Fields>({ label: '', site: '', status: 'active' });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const problem = error instanceof ProblemError ? error : undefined;
  const exists = problem?.is('charge-point-exists') === true;
  const other = exists ? null : restOfError(error);

  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await createChargePoint({ ...values, id });
      showToast({
        text: `${id} was added.`,
        action: { label: 'Show', run: () => go(link(['charge-points', id])) },
      });
      onChanged();
      onClose();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="Add a charge point"
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy} disabled={id === ''}>
            Add
          </Button>
        </>
      }
    >
      {other === null ? null : <Notice tone="bad">{other}</Notice>}
      <Field
        label="Id"
        hint="As the charge point names itself in its address"
        error={problem?.fieldError('id') ?? (exists ? problem.problem.detail : undefined)}
      >
        {(control) => (
          <input
            {...control}
            required
            maxLength={255}
            autocomplete="off"
            spellcheck={false}
            autofocus
            value={id}
            onInput={(event) => setId(event.currentTarget.value)}
          />
        )}
      </Field>
      {exists && /retired/.test(problem.problem.detail) ? (
        <Notice
          action={
            <Button
              onClick={() => {
                onClose();
                void restore(id, values.status, onChanged);
              }}
            >
              Restore it
            </Button>
          }
        >
          It was deleted, and can come back with its readings.
        </Notice>
      ) : null}
      <ChargePointFields values={values} onChange={setValues} sites={sites} problem={problem} />
    </Dialog>
  );
}
