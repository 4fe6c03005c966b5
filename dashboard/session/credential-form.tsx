import { useState } from 'preact/hooks';
import { Button } from '../components/button.js';
import { Field } from '../components/field.js';
import { signIn } from './session.js';

export interface CredentialFormProps {
  /** Of its button. */
  readonly action: string;
  readonly onIn?: () => void;
}

/** Takes a key or a token, and says why it is none. */
export function CredentialForm({ action, onIn }: CredentialFormProps) {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    const why = await signIn(text);
    setBusy(false);
    setError(why ?? undefined);
    if (why === null) onIn?.();
  };
  return (
    <form
      class="credential-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <Field
        label="Key or token"
        hint="It is kept in this tab alone, and forgotten when the tab is closed."
        error={error}
      >
        {(control) => (
          <input
            {...control}
            type="password"
            name="token"
            autocomplete="current-password"
            spellcheck={false}
            autofocus
            value={text}
            onInput={({ currentTarget }) => {
              setText(currentTarget.value);
              setError(undefined);
            }}
          />
        )}
      </Field>
      <Button kind="primary" type="submit" busy={busy}>
        {action}
      </Button>
    </form>
  );
}
