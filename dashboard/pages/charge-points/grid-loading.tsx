import { Skeleton } from '../../components/skeleton.js';

const WIDTHS = ['7rem', '9rem', '6rem', '8rem', '7rem', '10rem', '6rem', '8rem'];

/** As high as the list will be. */
export function GridLoading() {
  return (
    <div
      class="row-grid charge-point-grid card"
      aria-busy="true"
      role="region"
      aria-label="The list is being loaded"
    >
      {WIDTHS.map((width, index) => (
        <div key={index} class="grid-loading">
          <Skeleton width={width} />
          <Skeleton width="30%" />
          <Skeleton width="15%" />
        </div>
      ))}
    </div>
  );
}
