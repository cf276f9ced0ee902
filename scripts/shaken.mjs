// Runs the tests that train or sample with other seeds, and so with other weights and samples, as another processor's rounding would lead
// to: what is asserted must hold with every one of them. A number says how often (10), other arguments choose among the files.
import { main, say, table } from './lib/console.mjs';
import { e2eConfig, e2eEnvironment, e2eTools } from './lib/e2e.mjs';
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
  'test/integration/preflight.test.ts',
  'test/integration/doctorBred.test.ts',
  'test/unit/engine-graph',
];
/** The same of the trainer in Python, which stand among the end-to-end tests. */
const inPython = ['test/e2e/train.test.ts', 'test/e2e/trainMethods.test.ts'];

main(async () => {
  const asked = process.argv.slice(2);
  const times = Number(asked.find((a) => /^\d+$/.test(a)) ?? 10);
  const chosen = asked.filter((a) => !/^\d+$/.test(a));
  const isChosen = (file) => chosen.length === 0 || chosen.some((part) => file.includes(part));
  await ready();
  const tools = inPython.some(isChosen) && (await e2eTools());
  await build();
  const parts = [
    { paths: files.filter(isChosen), config: [], env: { GRPO_LAB_BUILT: '1' } },
    {
      paths: inPython.filter(isChosen),
      config: [...e2eConfig, '--retry=0', '--bail=0'],
      env: tools && (await e2eEnvironment(tools)),
    },
  ].filter(({ paths }) => paths.length > 0);
  const rows = [['shake', 'passed', 'failed', 'seconds']];
  const failed = new Map();
  for (let shake = 1; shake <= times; shake++) {
    const begin = Date.now();
    const reports = [];
    for (const { paths, config, env } of parts)
      reports.push(await suite([...config, ...paths], { env: { ...env, GRPO_LAB_SHAKE: String(shake) } }));
    const [passed, wrong] = [reports.reduce((sum, r) => sum + r.passed, 0), reports.flatMap((r) => r.failed)];
    rows.push([shake, passed, wrong.length, Math.round((Date.now() - begin) / 1000)]);
    for (const { file, name } of wrong) failed.set(`${file}: ${name}`, [...(failed.get(`${file}: ${name}`) ?? []), shake]);
  }
  say('');
  table(rows);
  for (const [name, shakes] of failed)
    say(
      `\n${name}\n  failed with shake ${shakes.join(', ')}; alone: GRPO_LAB_SHAKE=${shakes[0]} ${name.startsWith('test/e2e') ? 'npm run e2e --' : 'npx vitest run'} ${name.split(': ')[0]}`,
    );
  if (failed.size > 0) process.exitCode = 1;
});
