/** A charge point by a library that isn't ours, in the midst of a session. */
export interface ForeignChargePoint {
  /** Its own name of the session. */
  readonly transactionId: string;
  /** Ends the session; resolves when that is acknowledged and the socket closed. Rejects with what the library refused. */
  finish(): Promise<void>;
  /** Whatever became of the test. */
  dispose(): Promise<void>;
}

/**
 * Connects, boots, says everything that its version has to say, and charges on connector 1: 1000 Wh at the beginning, 1500 Wh
 * and 11 kW after 15 minutes, 2250 Wh and 11 kW after 30, and 3000 Wh at the end, after 45. Answers calls meanwhile.
 *
 * @param url of the gateway, `ws://host:port`.
 * @param beganAt of its session, ms since 1970 UTC.
 */
export type StartForeignChargePoint = (
  version: OcppVersionName,
  url: string,
  identity: string,
  beganAt: number,
) => Promise<ForeignChargePoint>;

export type OcppVersionName = '1.6' | '2.0.1';
