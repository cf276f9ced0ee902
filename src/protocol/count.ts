import { z } from 'zod';

/** A count, or an index from 0. */
export const count = z.number().int().min(0);
