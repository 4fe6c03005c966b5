/** The words of OCPP 1.6 that commands know and complete (section 7). */

/** Section 7.31. */
export const MEASURANDS = [
  'Current.Export',
  'Current.Import',
  'Current.Offered',
  'Energy.Active.Export.Interval',
  'Energy.Active.Export.Register',
  'Energy.Active.Import.Interval',
  'Energy.Active.Import.Register',
  'Energy.Reactive.Export.Interval',
  'Energy.Reactive.Export.Register',
  'Energy.Reactive.Import.Interval',
  'Energy.Reactive.Import.Register',
  'Frequency',
  'Power.Active.Export',
  'Power.Active.Import',
  'Power.Factor',
  'Power.Offered',
  'Power.Reactive.Export',
  'Power.Reactive.Import',
  'RPM',
  'SoC',
  'Temperature',
  'Voltage',
] as const;

/** Section 7.45, and `Kelvin`, which many chargers say for `K`. */
export const UNITS = [
  'A',
  'Celsius',
  'Fahrenheit',
  'K',
  'Kelvin',
  'kVA',
  'kW',
  'kWh',
  'kvar',
  'kvarh',
  'Percent',
  'V',
  'VA',
  'W',
  'Wh',
  'var',
  'varh',
] as const;

/** Section 7.33, ReadingContext. */
export const CONTEXTS = [
  'Interruption.Begin',
  'Interruption.End',
  'Other',
  'Sample.Clock',
  'Sample.Periodic',
  'Transaction.Begin',
  'Transaction.End',
  'Trigger',
] as const;

/** Section 7.32. */
export const PHASES = ['L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1'] as const;

/** Section 7.30. */
export const LOCATIONS = ['Body', 'Cable', 'EV', 'Inlet', 'Outlet'] as const;

/** Section 7.7, ChargePointStatus. */
export const STATUSES = [
  'Available',
  'Charging',
  'Faulted',
  'Finishing',
  'Preparing',
  'Reserved',
  'SuspendedEV',
  'SuspendedEVSE',
  'Unavailable',
] as const;

/** Section 7.6, ChargePointErrorCode. */
export const STATUS_ERRORS = [
  'ConnectorLockFailure',
  'EVCommunicationError',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'NoError',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
] as const;

/** Section 7.36, why a transaction stopped. */
export const STOP_REASONS = [
  'DeAuthorized',
  'EmergencyStop',
  'EVDisconnected',
  'HardReset',
  'Local',
  'Other',
  'PowerLoss',
  'Reboot',
  'Remote',
  'SoftReset',
  'UnlockCommand',
] as const;

/** What a charge point may call (section 4). */
export const CHARGE_POINT_ACTIONS = [
  'Authorize',
  'BootNotification',
  'DataTransfer',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'MeterValues',
  'StartTransaction',
  'StatusNotification',
  'StopTransaction',
] as const;

/** The word of `words` that is spelt like `text`, whatever its capitals. */
export function spelt<W extends string>(text: string, words: readonly W[]): W | undefined {
  const wanted = text.toLowerCase();
  return words.find((word) => word === text) ?? words.find((word) => word.toLowerCase() === wanted);
}
