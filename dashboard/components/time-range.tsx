import { useState } from 'preact/hooks';
import { Button } from './button.js';
import { Field } from './field.js';
import { PRESETS, spanOf, toLocalInput, type Preset, type TimeRangeValue } from './time-span.js';
import './time-range.css';

export interface TimeRangeProps {
  readonly value: TimeRangeValue;
  readonly onChange: (value: TimeRangeValue) => void;
}

/** The last hours or days by one press, or any span by two fields. */
export function TimeRange({ value, onChange }: TimeRangeProps) {
  const [open, setOpen] = useState(false);
  const isCustom = typeof value !== 'string';
  return (
    <div class="time-range">
      <div class="segments" role="group" aria-label="Time range">
        {(Object.keys(PRESETS) as Preset[]).map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={preset === value}
            onClick={() => {
              setOpen(false);
              onChange(preset);
            }}
          >
            {preset}
          </button>
        ))}
        <button type="button" aria-pressed={isCustom} aria-expanded={open} onClick={() => setOpen(!open)}>
          Custom
        </button>
      </div>
      {open ? (
        <SpanForm
          value={value}
          onChange={(span) => {
            setOpen(false);
            onChange(span);
          }}
        />
      ) : null}
    </div>
  );
}

function SpanForm({ value, onChange }: TimeRangeProps) {
  const [initial] = useState(() => spanOf(value, Date.now()));
  const [from, setFrom] = useState(toLocalInput(initial.fromMs));
  const [to, setTo] = useState(toLocalInput(initial.toMs));
  const span = { fromMs: Date.parse(from), toMs: Date.parse(to) };
  const isRange = span.fromMs < span.toMs;
  const complete = from !== '' && to !== '';
  return (
    <form
      class="span-form card"
      onSubmit={(event) => {
        event.preventDefault();
        if (isRange) onChange(span);
      }}
    >
      <Field label="From">
        {(control) => (
          <input
            {...control}
            type="datetime-local"
            value={from}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="To" error={complete && !isRange ? 'After the beginning, please' : undefined}>
        {(control) => (
          <input
            {...control}
            type="datetime-local"
            value={to}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        )}
      </Field>
      <Button kind="primary" type="submit" disabled={!isRange}>
        Show
      </Button>
    </form>
  );
}
