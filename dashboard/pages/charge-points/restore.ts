import type { LiveChargePoint } from '../../../client/live/index.js';
import { messageOf } from '../../api/message-of.js';
import { showToast } from '../../components/toast.js';
import { changeChargePoint } from './change-requests.js';

/** Brings a deleted charge point back, and says how that went. Never rejects. */
export async function restore(
  id: string,
  status: LiveChargePoint['status'],
  onChanged: () => void,
): Promise<void> {
  try {
    await changeChargePoint(id, { status });
    showToast({ text: `${id} is back.` });
    onChanged();
  } catch (error) {
    showToast({
      text: `${id} could not be restored: ${messageOf(error)}`,
      tone: 'bad',
      action: { label: 'Try again', run: () => void restore(id, status, onChanged) },
    });
  }
}
