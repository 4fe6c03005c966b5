/** The fleet of stored readings that questions are asked about. */
export const SAMPLES_A_DAY = 64;
/** Of each charge point. */
export const SERIES = 2;
