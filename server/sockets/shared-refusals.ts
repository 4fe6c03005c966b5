/** Plain HTTP answers that every door for WebSockets gives, with what to do about them. */
export const SHARED_REFUSALS = {
  forbiddenHost: {
    status: 403,
    outcome: 'forbidden_origin',
    detail: 'Nobody has to show who they are here, so that it may be asked as localhost alone.',
    remedy:
      'Ask it as localhost or by its address, or add the name by which a proxy asks it to ALLOWED_HOSTS.',
  },
  tooManyHandshakes: {
    status: 429,
    outcome: 'limited',
    detail: 'Your credentials, your sites or your address have connected too often within a minute.',
    remedy:
      'Connect again after `Retry-After` seconds; LIMIT_KEY_PER_MINUTE, LIMIT_SITE_PER_MINUTE and LIMIT_ADDRESS_PER_MINUTE set the limits.',
  },
} as const;
