import type { LiveKind } from '../../protocol/live/change.js';

/** What a subscription hears of. A change is of the filter when it is of each list that is given; `{}` is everything. */
export interface LiveFilter {
  /** 1 to 1,000 ids. */
  readonly chargePointIds?: readonly string[];
  /** Sites of charge points, 1 to 1,000; `''` is those without one. */
  readonly sites?: readonly string[];
  /** Of readings, such as `Power.Active.Import`; changes of charge points have none and pass. */
  readonly measurands?: readonly string[];
  /** Default: `reading` and `chargePoint`. `fleet` are figures of the whole fleet, told as they are taken. */
  readonly kinds?: readonly LiveKind[];
}
