import type { Sample } from '../language/reading.js';
import { toBaseUnit, unitRule } from '../../../protocol/units.js';
import type { Session } from '../../station/session.js';

const REGISTER = 'Energy.Active.Import.Register';

/** A connector with its meter, and the session that charges at it. */
export class Connector {
  /** The latest session, also when it has ended. */
  session: Session | null = null;
  #registerWh: number | null = null;

  constructor(readonly id: number) {}

  /** What the energy register showed last; null when it showed nothing yet. */
  get registerWh(): number | null {
    return this.#registerWh;
  }

  /** The session that readings belong to now. */
  get runningSession(): Session | null {
    const state = this.session?.state;
    return state === 'starting' || state === 'charging' ? this.session : null;
  }

  meter(wh: number): void {
    this.#registerWh = wh;
  }

  /** Notes what a reading says of the register. */
  observe({ fields }: Sample): void {
    const { measurand = '', unit = '', value = '', phase } = fields;
    if (phase !== undefined || (measurand !== REGISTER && measurand !== '')) return;
    const rule = unitRule(REGISTER, unit);
    const wh = toBaseUnit(value, rule);
    if (rule.unit === 'Wh' && Number.isFinite(wh)) this.#registerWh = wh;
  }
}
