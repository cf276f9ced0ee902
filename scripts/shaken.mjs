// Runs the tests that train or sample with other seeds, and so with other weights and samples, as another processor's rounding would lead
// to: what is asserted must hold with every one of them. A number says how often (10), other arguments choose among the files.
import { main, say, table } from './lib/console.mjs';
import { build, ready } from './lib/install.mjs';
import { suite } from './lib/suite.mjs';

/** Those that pass a seed through `test/builders/shake.ts`. */
const files = [
  'test/integration/methods.test.ts',
  'test/integration/engine.test.ts',
  'test/integration/evaluate.test.ts',
  'test/integration/samplingProcess.test.ts',
  'test/integration/rewardModelLaunch.test.ts',
  'test/integration/tools.test.ts',
  'test/unit/engine-graph',
];

main(async () => {
  const asked = process.argv.slice(2);
  const times = Number(asked.find((a) => /^\d+$/.test(a)) ?? 10);
  const chosen = asked.filter((a) => !/^\d+$/.test(a));
  await ready();
  await build();
  const rows = [['shake', 'passed', 'failed', 'seconds']];
  const failed = new Map();
  for (let shake = 1; shake <= times; shake++) {
    const begin = Date.now();
    const report = await suite(chosen.length > 0 ? chosen : files, { env: { GRPO_LAB_BUILT: '1', GRPO_LAB_SHAKE: String(shake) } });
    rows.push([shake, report.passed, report.failed.length, Math.round((Date.now() - begin) / 1000)]);
    for (const { file, name } of report.failed) failed.set(`${file}: ${name}`, [...(failed.get(`${file}: ${name}`) ?? []), shake]);
  }
  say('');
  table(rows);
  for (const [name, shakes] of failed)
    say(`\n${name}\n  failed with shake ${shakes.join(', ')}; alone: GRPO_LAB_SHAKE=${shakes[0]} npx vitest run ${name.split(': ')[0]}`);
  if (failed.size > 0) process.exitCode = 1;
});
