// Runs the tests that crash the store and the compression at random points with 200 seeds each, and those that kill every method in each of its
// phases; `npm test` runs the first 24 seeds, and three phases of a method.
import { main } from './lib/console.mjs';
import { build, ready } from './lib/install.mjs';
import { suite } from './lib/suite.mjs';

main(async () => {
  await ready();
  await build();
  const files = ['storeCrash', 'compactCrash', 'methods'].map((name) => `test/integration/${name}.test.ts`);
  const { failed } = await suite(files, { env: { GRPO_LAB_BUILT: '1', GRPO_LAB_CRASHES: '200' } });
  if (failed.length > 0) process.exitCode = 1;
});
