/** Protocols that a replay and the interactive charge point can speak. */
export const SPOKEN_PROTOCOLS = ['json', 'ocpp1.6'] as const;
