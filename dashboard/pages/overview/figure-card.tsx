import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Sparkline, type SparklineProps } from '../../components/sparkline.js';
import './figure-card.css';

export interface FigureCardProps {
  readonly title: string;
  /** null: unknown. */
  readonly value: string | null;
  readonly unit?: string;
  /** What stands behind the figure; or, where it is unknown, why. */
  readonly note: ComponentChildren;
  readonly tone?: 'warning' | 'bad' | undefined;
  /** Absent: nothing is drawn below. */
  readonly spark?: SparklineProps;
}

export function FigureCard({ title, value, unit, note, tone, spark }: FigureCardProps) {
  const id = useId();
  return (
    <section class={`figure-card card ${tone ?? ''}`} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="figure-value">
        {value === null ? (
          <span class="unknown">unknown</span>
        ) : (
          <>
            {value}
            {unit === undefined ? null : <span class="unit"> {unit}</span>}
          </>
        )}
      </p>
      <p class="figure-note">{note}</p>
      {spark === undefined ? null : <Sparkline {...spark} />}
    </section>
  );
}
