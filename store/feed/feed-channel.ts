/** Notified by each transaction that appends to the feed, without a payload: it wakes, the table tells. */
export const FEED_CHANNEL = 'meterpulse_feed';
