/**
 * How often a test that crashes something at random does so. `npm run test:crash` sets GRPO_LAB_CRASHES to 200; every run of all tests does a part
 * of them, with the first seeds.
 */
export const crashes = Number(process.env.GRPO_LAB_CRASHES ?? 24);

/** Whether everything that can be crashed is to be. */
export const everyCrash = process.env.GRPO_LAB_CRASHES !== undefined;
