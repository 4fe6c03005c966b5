import { flattenMeterValues } from '../flatten.js';
import { keptMeterValues } from '../ocpp/kept-meter-values.js';

export const meterValues = keptMeterValues(flattenMeterValues, {
  dispensable: ['connectorId'],
  numberForString: ['meterValue.*.sampledValue.*.value'],
  meterValues: 'meterValue',
});
