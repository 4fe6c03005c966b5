/**
 * What the engine counts and times: Artillery shows them by these names, expectations name them, and the report has them.
 * Times are in ms.
 */
export const COUNTERS = {
  'sockets.opened': 'sockets that opened, those that came back included',
  'sockets.failed': 'attempts to connect that failed',
  'sockets.lost': 'sockets that the server or the network ended',
  'sockets.closed': 'sockets that the load ended itself',
  'readings.due': 'readings that were to be sent',
  'readings.sent': 'readings that left, each once, however often it was sent again',
  'readings.resent': 'readings that left once more, after a lost connection or a refusal',
  'readings.acknowledged': 'readings that were answered as accepted',
  'readings.refused': 'answers that were none of acceptance: CALLERROR, retry, rejected',
  'readings.unanswered': 'readings that had no acknowledgement at the end',
  'calls.sent': 'other calls of charge points: boots',
  'calls.answered': 'their answers',
  'answers.unmatched': 'answers that belong to nothing that is under way',
  'live.messages': 'messages that subscribers of the live feed were told',
  'live.lagging': 'times that a subscriber was told to be too slow',
  'live.errors': 'errors that the live feed told',
  'slow.closed': 'slow consumers that the live feed closed',
  'queries.sent': 'questions to the API',
  'queries.answered': 'answers of status 2xx',
  'queries.failed': 'other answers, and none',
} as const;
export type Counter = keyof typeof COUNTERS;

export const TIMES = {
  'sockets.connect': 'from the attempt until the WebSocket is open',
  'readings.latency': 'from when a reading was due until it was acknowledged',
  'readings.outage': 'the same, of readings that a lost connection or a refusal held up',
  'live.delay': 'from the commit of a reading until a subscriber has it',
  'queries.latency': 'from a question to the API until its answer is read',
} as const;
export type Time = keyof typeof TIMES;

export const isCounter = (name: string): name is Counter => Object.hasOwn(COUNTERS, name);
export const isTime = (name: string): name is Time => Object.hasOwn(TIMES, name);
