import { keptMeterValues } from '../ocpp/kept-meter-values.js';
import { flattenMeterValues201 } from './flatten-meter-values.js';

export const meterValues201 = keptMeterValues(flattenMeterValues201, {
  dispensable: ['evseId'],
  meterValues: 'meterValue',
});
