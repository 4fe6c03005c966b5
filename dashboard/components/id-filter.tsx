import { useEffect, useState } from 'preact/hooks';
import { Field } from './field.js';
import './filters.css';

export interface IdFilterProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  /** On Enter, or when the field is left; '' is none. */
  readonly onChange: (value: string) => void;
}

/** A filter by a whole name: half of one would find nothing, so that it counts only when it is done. */
export function IdFilter({ label, hint, value, onChange }: IdFilterProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = () => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
    >
      <Field label={label}>
        {(control) => (
          <input
            {...control}
            type="search"
            placeholder={hint}
            autocomplete="off"
            spellcheck={false}
            maxLength={255}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
            onBlur={done}
          />
        )}
      </Field>
    </form>
  );
}
