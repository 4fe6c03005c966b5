import { useState } from 'preact/hooks';
import type { LiveChargePoint } from '../../../client/live/index.js';
import { ProblemError } from '../../api/problem-error.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Notice } from '../../components/notice.js';
import { showToast } from '../../components/toast.js';
import { changeChargePoint, type Fields } from './change-requests.js';
import { changedFields } from './changed-fields.js';
import { ChargePointFields, restOfError } from './charge-point-fields.js';
import { EditConflict } from './edit-conflict.js';
import type { RegistryDialogProps } from './registry-dialog.js';
import { whatNow } from './what-now.js';

export interface EditDialogProps extends RegistryDialogProps {
  /** As it was when the edit began. */
  readonly chargePoint: LiveChargePoint;
}

const fieldsOf = ({ label, site, status }: LiveChargePoint): Fields => ({ label, site, status });

/**
 * Writes only what was changed here, and only over the version that was seen. When somebody else was quicker, it shows what they
 * changed and leaves the choice.
 */
export function EditDialog({ chargePoint, sites, onClose, onChanged }: EditDialogProps) {
  const [base, setBase] = useState(chargePoint);
  const [values, setValues] = useState(fieldsOf(chargePoint));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  /** What stands there now, when it isn't `base` any more. */
  const [current, setCurrent] = useState<LiveChargePoint | null>(null);
  const { id } = chargePoint;

  const save = async (over: LiveChargePoint): Promise<void> => {
    const changes = changedFields(base, values);
    setBusy(true);
    setError(undefined);
    try {
      // One that was deleted meanwhile comes back only by its status.
      const comesBack = over.status === 'retired' ? { status: values.status } : {};
      if (Object.keys(changes).length > 0) {
        await changeChargePoint(id, { ...changes, ...comesBack }, over.version);
        showToast({ text: `${id} was changed.` });
        onChanged();
      }
      onClose();
    } catch (reason) {
      await fail(reason);
    }
  };

  const fail = async (reason: unknown): Promise<void> => {
    const refused = await whatNow(id, reason);
    if ('current' in refused) setCurrent(refused.current);
    else setError(refused.error);
    setBusy(false);
  };

  if (current !== null) {
    return (
      <EditConflict
        base={base}
        current={current}
        mine={values}
        busy={busy}
        error={error}
        onTake={() => {
          setBase(current);
          setValues(fieldsOf(current));
          setCurrent(null);
          setError(undefined);
          onChanged();
          if (current.status === 'retired') onClose();
        }}
        onOverwrite={() => void save(current)}
        onClose={onClose}
      />
    );
  }
  const problem = error instanceof ProblemError ? error : undefined;
  const other = restOfError(error);
  return (
    <Dialog
      title={`Edit ${id}`}
      onClose={onClose}
      onSubmit={() => void save(base)}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy}>
            Save
          </Button>
        </>
      }
    >
      {other === null ? null : <Notice tone="bad">{other}</Notice>}
      <ChargePointFields values={values} onChange={setValues} sites={sites} problem={problem} />
    </Dialog>
  );
}
