import './states.css';

export interface SkeletonProps {
  /** CSS lengths. Defaults: as wide as there is room, as high as a line of text. */
  readonly width?: string;
  readonly height?: string;
}

/** Where something is about to stand. Say `aria-busy` on what it is part of. */
export function Skeleton({ width = '100%', height = '1em' }: SkeletonProps) {
  return <span class="skeleton" aria-hidden="true" style={{ width, height }} />;
}
