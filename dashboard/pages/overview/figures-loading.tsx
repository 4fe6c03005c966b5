import { Skeleton } from '../../components/skeleton.js';

/** As high as the figures will be, so that nothing jumps. */
export function FiguresLoading() {
  return (
    <div class="figures" aria-busy="true" aria-label="Figures are being loaded" role="region">
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} class="figure-card card">
          <Skeleton width="40%" height="0.875rem" />
          <Skeleton width="60%" height="2rem" />
          <Skeleton height="3.75rem" />
        </div>
      ))}
    </div>
  );
}
