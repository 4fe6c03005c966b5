/** What a central system calls: OCPP 1.6, section 5, and the messages of the security whitepaper. */
export const CENTRAL_SYSTEM_ACTIONS: ReadonlySet<string> = new Set([
  // Core
  'ChangeAvailability',
  'ChangeConfiguration',
  'ClearCache',
  'DataTransfer',
  'GetConfiguration',
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'Reset',
  'UnlockConnector',
  // Firmware management
  'GetDiagnostics',
  'UpdateFirmware',
  // Local authorization list
  'GetLocalListVersion',
  'SendLocalList',
  // Reservation
  'CancelReservation',
  'ReserveNow',
  // Smart charging
  'ClearChargingProfile',
  'GetCompositeSchedule',
  'SetChargingProfile',
  // Remote trigger
  'TriggerMessage',
  // Security
  'CertificateSigned',
  'DeleteCertificate',
  'ExtendedTriggerMessage',
  'GetInstalledCertificateIds',
  'GetLog',
  'InstallCertificate',
  'SignedUpdateFirmware',
]);
