/** One entry of a MeterValues message: the readings of a connector at an instant. */
import type { Random } from '../helpers/seeded-random.js';
import { pick, type ChargePointProfile } from './charge-point-profiles.js';
import type { Instant } from './charging-simulation.js';

export interface SampledValue {
  readonly value: string;
  readonly context?: string;
  readonly measurand?: string;
  readonly phase?: string;
  readonly location?: string;
  readonly unit?: string;
}

export interface MeterValue {
  readonly timestamp: string;
  readonly sampledValue: readonly SampledValue[];
}

/** What a meter shows at an instant, as the charge point's profile spells it. */
export function meterValue(
  random: Random,
  profile: ChargePointProfile,
  sample: { readonly timeMs: number; readonly context: string },
  now: Instant,
): MeterValue {
  const context =
    profile.explicitDefaults || sample.context !== 'Sample.Periodic' ? { context: sample.context } : {};
  const location = profile.location === 'absent' ? {} : { location: profile.location };
  const common = { ...context, ...location };
  const sampledValue: SampledValue[] = [energy(profile, now, common)];
  // Clock-aligned data holds the register alone, as most installations configure it.
  if (sample.context !== 'Sample.Clock') sampledValue.push(...others(random, profile, now, context, common));
  return { timestamp: timestamp(profile, sample.timeMs), sampledValue };
}

function energy(profile: ChargePointProfile, now: Instant, common: Partial<SampledValue>): SampledValue {
  const wh = profile.register === 'lifetime' ? now.lifetimeWh : now.sessionWh;
  const measurand = profile.explicitDefaults ? { measurand: 'Energy.Active.Import.Register' } : {};
  if (profile.energyUnit === 'kWh')
    return { value: (wh / 1000).toFixed(3), ...common, ...measurand, unit: 'kWh' };
  const unit = profile.energyUnit === 'absent' ? {} : { unit: 'Wh' };
  return { value: wh.toFixed(0), ...common, ...measurand, ...unit };
}

function others(
  random: Random,
  profile: ChargePointProfile,
  now: Instant,
  context: Partial<SampledValue>,
  common: Partial<SampledValue>,
): SampledValue[] {
  const power: SampledValue =
    profile.energyUnit === 'kWh'
      ? { value: (now.watts / 1000).toFixed(3), ...common, measurand: 'Power.Active.Import', unit: 'kW' }
      : { value: now.watts.toFixed(0), ...common, measurand: 'Power.Active.Import', ...wattUnit(profile) };
  switch (profile.measurands) {
    case 'energy':
      return [];
    case 'power':
      return [power];
    case 'currents':
      return currents(random, now, common);
    case 'phases':
      return [power, ...currents(random, now, common), ...voltages(random, common)];
    case 'battery':
      return [
        power,
        {
          value: now.soc.toFixed(0),
          ...context,
          measurand: 'SoC',
          ...batteryLocation(profile),
          unit: 'Percent',
        },
      ];
    case 'temperature':
      return [
        {
          value: (18 + (now.watts / profile.peakWatts) * 24 + random()).toFixed(1),
          ...context,
          measurand: 'Temperature',
          location: 'Body',
          unit: 'Celsius',
        },
      ];
  }
}

function wattUnit(profile: ChargePointProfile): Partial<SampledValue> {
  return profile.energyUnit === 'absent' ? {} : { unit: 'W' };
}

function batteryLocation(profile: ChargePointProfile): Partial<SampledValue> {
  return profile.connectors === 3 || profile.location !== 'absent' ? { location: 'EV' } : {};
}

function currents(random: Random, now: Instant, common: Partial<SampledValue>): SampledValue[] {
  return ['L1', 'L2', 'L3'].map((phase) => ({
    value: (now.watts / 3 / 230 + (now.watts > 0 ? random() * 0.2 : 0)).toFixed(2),
    ...common,
    measurand: 'Current.Import',
    phase,
    unit: 'A',
  }));
}

function voltages(random: Random, common: Partial<SampledValue>): SampledValue[] {
  return ['L1-N', 'L2-N', 'L3-N'].map((phase) => ({
    value: (pick(random, [229, 230, 231]) + random()).toFixed(1),
    ...common,
    measurand: 'Voltage',
    phase,
    unit: 'V',
  }));
}

function timestamp(profile: ChargePointProfile, timeMs: number): string {
  if (profile.timestamp === 'offset') {
    return new Date(timeMs + 3_600_000).toISOString().replace('.000Z', '+01:00');
  }
  const iso = new Date(timeMs).toISOString();
  return profile.timestamp === 'seconds' ? iso.replace('.000Z', 'Z') : iso;
}
