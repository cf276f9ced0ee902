import { z } from 'zod';

/** How many, or the how many-th from 0 on. */
export const count = z.number().int().min(0);
