interface Close {
  readonly code: number;
  readonly meaning: string;
  /** What to do about it; stands in docs/errors.md. */
  readonly remedy: string;
}

/** Every way in which the live role ends a socket, by its WebSocket close code. */
export const LIVE_CLOSES = {
  /** Sent when a connection is cut without a close frame: clients report it by themselves. */
  cutOff: {
    code: 1006,
    meaning: 'cut off without a close frame: the client answered no ping and took no data for two intervals',
    remedy: 'Answer pings (WebSocket libraries do) and read. Connect again with the last changeId.',
  },
  /** Sent by `ws`. */
  invalidText: { code: 1007, meaning: 'a text frame is not UTF-8', remedy: 'Send UTF-8.' },
  flood: {
    code: 1008,
    meaning: 'more than 20 messages and pings a second (200 at once), or answers that are not read',
    remedy: 'Subscribe once for each thing that is looked at, and read what is answered.',
  },
  /** Sent by `ws`. */
  tooLarge: {
    code: 1009,
    meaning: 'a message is larger than LIVE_MAX_MESSAGE_BYTES',
    remedy: 'Name sites instead of each charge point, or raise LIVE_MAX_MESSAGE_BYTES.',
  },
  internalError: {
    code: 1011,
    meaning: 'a bug was met',
    remedy: 'Connect again with the last changeId, and report the error in the log of the live role.',
  },
  serviceRestart: {
    code: 1012,
    meaning: 'the live role stops',
    remedy: 'Connect again after a random pause, with the last changeId.',
  },
  sessionOver: {
    code: 4001,
    meaning: 'the session is over: it is as old as it may be, or what was shown is good no longer',
    remedy:
      'Connect again with credentials that are good, with the last changeId; or renew the session before its end (RENEW).',
  },
} as const satisfies Record<string, Close>;
