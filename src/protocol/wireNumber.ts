import { z } from 'zod';

/** A number that JSON cannot always hold: non-finite values travel as the strings "NaN", "Infinity", "-Infinity". */
export const wireNumber = z.union(
  [z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])],
  'expected a number, or one of the strings "NaN", "Infinity", "-Infinity"',
);
export type WireNumber = z.output<typeof wireNumber>;
