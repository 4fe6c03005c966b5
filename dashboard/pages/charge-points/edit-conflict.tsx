import type { LiveChargePoint } from '../../../client/live/index.js';
import { messageOf } from '../../api/message-of.js';
import { isoMomentText } from '../../charts/time-text.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Notice } from '../../components/notice.js';
import { Table } from '../../components/table.js';
import type { Fields } from './change-requests.js';
import { foreignChanges } from './changed-fields.js';

export interface EditConflictProps {
  /** As the edit began. */
  readonly base: LiveChargePoint;
  /** As it is now. */
  readonly current: LiveChargePoint;
  /** As it is wanted here. */
  readonly mine: Fields;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onTake: () => void;
  readonly onOverwrite: () => void;
  readonly onClose: () => void;
}

/** Somebody else has changed it while it was edited here. */
export function EditConflict(props: EditConflictProps) {
  const { base, current, mine, busy, error, onTake, onOverwrite, onClose } = props;
  const changes = foreignChanges(base, current, mine);
  const isDeleted = current.status === 'retired';
  const isOverwriting = changes.some((change) => change.mine !== undefined);
  return (
    <Dialog
      title={`${base.id} ${isDeleted ? 'was deleted' : 'was changed'} meanwhile`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onTake}>{isDeleted ? 'Leave it deleted' : 'Take what is there'}</Button>
          <Button kind="primary" busy={busy} onClick={onOverwrite}>
            {isDeleted ? 'Bring it back with my changes' : isOverwriting ? 'Overwrite' : 'Save mine, too'}
          </Button>
        </>
      }
    >
      {error === undefined ? null : <Notice tone="bad">{messageOf(error)}</Notice>}
      <p>
        Somebody else {isDeleted ? 'deleted' : 'changed'} it at {isoMomentText(current.updatedAt)}. Nothing of
        yours has been written yet.
      </p>
      {changes.length === 0 ? (
        <p class="soft">What they changed has been changed back since: your changes fit.</p>
      ) : (
        <Table
          caption="What was changed meanwhile"
          rows={changes}
          rowKey={({ name }) => name}
          columns={[
            { key: 'name', title: 'Field', cell: ({ name }) => name },
            { key: 'before', title: 'Before', cell: ({ before }) => shown(before) },
            { key: 'now', title: 'Now', cell: ({ now }) => <strong>{shown(now)}</strong> },
            {
              key: 'mine',
              title: 'Yours',
              cell: (change) => (change.mine === undefined ? 'left as it is' : shown(change.mine)),
            },
          ]}
        />
      )}
    </Dialog>
  );
}

function shown(value: string) {
  return value === '' ? <span class="faint">empty</span> : value;
}
