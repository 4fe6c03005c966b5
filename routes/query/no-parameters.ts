import { z } from 'zod';

/** For routes that have no parameters: any is refused. */
export const noParameters = z.object({});
