import { timeOfDayText } from '../../charts/time-text.js';
import { Button } from '../../components/button.js';
import { Notice } from '../../components/notice.js';

/** @param props.timestamp of the figures that are shown. */
export function FleetNotice({
  timestamp,
  onRetry,
}: {
  readonly timestamp: string;
  readonly onRetry: () => void;
}) {
  return (
    <Notice tone="warning" action={<Button onClick={onRetry}>Ask again</Button>}>
      Not live: these are the figures of {timeOfDayText(Date.parse(timestamp))}.
    </Notice>
  );
}
