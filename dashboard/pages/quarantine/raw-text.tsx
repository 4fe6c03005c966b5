import { useState } from 'preact/hooks';
import { request } from '../../api/api-client.js';
import { messageOf } from '../../api/message-of.js';
import { Button } from '../../components/button.js';
import { saveText } from '../../components/save-text.js';
import type { QuarantinedPart } from './quarantined-part.js';
import { visibleText } from './visible-text.js';

/** More of one text makes a page slow; all of it can be saved. */
const MAX_CHARACTERS = 256 * 1024;

/** What was kept of the message, as text and nothing else. */
export function RawText({ part }: { readonly part: QuarantinedPart }) {
  const [whole, setWhole] = useState<QuarantinedPart | null>(null);
  const [failure, setFailure] = useState<unknown>(undefined);
  const [isLoading, setLoading] = useState(false);
  const shown = whole ?? part;
  if (shown.rawKind === null) return <p class="soft">Its text was not kept.</p>;
  const load = () => {
    setLoading(true);
    setFailure(undefined);
    request<QuarantinedPart>(`v1/quarantine/${part.id}`)
      .then(setWhole, setFailure)
      .finally(() => setLoading(false));
  };
  const isCut = shown.raw.length > MAX_CHARACTERS;
  return (
    <div class="raw-text">
      <p class="soft">
        {shown.rawBytes.toLocaleString('en')} bytes
        {shown.rawEncoding === 'base64' ? ', no UTF-8: shown as base64' : ''}
      </p>
      <pre tabIndex={0} aria-label="Raw text">
        {visibleText(shown.raw.slice(0, MAX_CHARACTERS))}
      </pre>
      {shown.truncated ? (
        <Button busy={isLoading} onClick={load}>
          Show all of it
        </Button>
      ) : null}
      {isCut ? (
        <p class="soft">
          Cut here.{' '}
          <Button onClick={() => saveText(`quarantined-${part.id}.txt`, shown.raw)}>Save all of it</Button>
        </p>
      ) : null}
      {failure === undefined ? null : (
        <p role="alert" class="bad">
          {messageOf(failure)}
        </p>
      )}
    </div>
  );
}
