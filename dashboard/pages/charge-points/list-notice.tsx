import { messageOf } from '../../api/message-of.js';
import { Button } from '../../components/button.js';
import { Notice } from '../../components/notice.js';

export interface ListNoticeProps {
  readonly retired: boolean;
  readonly isComplete: boolean;
  readonly error: unknown;
  readonly onReload: () => void;
}

/** Above a list that doesn't follow what happens. */
export function ListNotice({ retired, isComplete, error, onReload }: ListNoticeProps) {
  const reload = <Button onClick={onReload}>Load again</Button>;
  if (error !== undefined) {
    return (
      <Notice tone="bad" action={reload}>
        The list could not be loaded again: {messageOf(error)}
      </Notice>
    );
  }
  if (!isComplete) return <Notice>The list is being loaded…</Notice>;
  if (retired) {
    return (
      <Notice action={reload}>
        They keep their readings, and can be restored. The list is as it was loaded.
      </Notice>
    );
  }
  return (
    <Notice tone="warning" action={reload}>
      Not live: the list is as it was loaded.
    </Notice>
  );
}
