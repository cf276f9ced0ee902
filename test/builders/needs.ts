import { beforeEach } from 'vitest';

/** In CI and under `npm test` everything is there, or its absence is a fault. */
const complete = Boolean(process.env.CI) || process.env.GRPO_LAB_COMPLETE === '1';

/**
 * Skips the tests of the file or `describe` it is called in where the machine lacks something, and tells why: the table at the end of
 * `npm test` repeats the reason. A hook that uses what is missing must look for itself.
 * @param there what is needed, or whether it is there
 * @param always for tests that prove nothing by being skipped (security): in CI and under `npm test` they fail instead
 */
export function needs(there: unknown, reason: string, { always = false } = {}): void {
  beforeEach(({ skip }) => {
    if (there) return;
    if (always && complete) throw new Error(reason);
    skip(reason);
  });
}
