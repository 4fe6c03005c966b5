import { z } from 'zod';
import { wires } from './wire.js';

export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { error: 'expected a UUID' })
  .register(wires, { type: 'string', format: 'uuid' });
