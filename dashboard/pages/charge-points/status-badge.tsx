import type { LiveChargePoint } from '../../../client/live/index.js';
import { Badge, type Tone } from '../../components/badge.js';

const TONES: Readonly<Record<LiveChargePoint['status'], Tone>> = {
  active: 'good',
  held: 'warning',
  retired: 'neutral',
};

export function StatusBadge({ status }: { readonly status: LiveChargePoint['status'] }) {
  return <Badge tone={TONES[status]}>{status}</Badge>;
}
