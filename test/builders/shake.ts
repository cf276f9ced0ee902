/**
 * Tests that train or sample pass their seeds through here. `npm run test:shaken` sets GRPO_LAB_SHAKE and so gives each of them other weights
 * and other samples, as another processor's rounding would: what they assert has to hold all the same.
 */
const shake = Number(process.env.GRPO_LAB_SHAKE ?? 0);

/** The seed itself, or another one in each shake. */
export const shaken = (seed: number): number => seed + 7919 * shake;
