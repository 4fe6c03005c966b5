import { z } from 'zod';

/** For a request that says all by its path. */
export const emptyBody = z.object({});
