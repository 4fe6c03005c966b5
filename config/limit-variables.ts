import { listed } from './listed.js';
import { wholeNumber } from './whole-number.js';

/** What bounds those who ask; part of `environmentSchema`. */
export const limitVariables = {
  API_MAX_CONNECTIONS: wholeNumber(1, 1_000_000)
    .default(10_000)
    .describe(
      'Connections of an API process, those of `/live` through it included; beyond it requests get 503 and are told to come again. Keep it below the open files limit.',
    ),
  API_CORS_ORIGINS: listed()
    .refine((origins) => origins.every(isOrigin), {
      error:
        'origins such as https://meters.example, separated by commas: scheme, host and port alone, and no *',
    })
    .default([])
    .describe(
      'Origins whose pages may ask the API (CORS), such as `https://meters.example`, separated by commas. Unset: none but its own. Pages of the live feed: LIVE_ORIGINS.',
    ),
};

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
