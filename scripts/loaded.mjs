// The end-to-end tests with busy processes beside them, again and again: what is right only on an idle machine is a race.
import { spawn } from 'node:child_process';
import { main, optionsOf, say, table } from './lib/console.mjs';
import { e2eConfig, e2eEnvironment, e2eTools } from './lib/e2e.mjs';
import { build, node, ready } from './lib/install.mjs';
import { suite } from './lib/suite.mjs';

const usage = `npm run e2e:loaded -- [options] [files]   runs the end-to-end tests beside busy processes

  --runs N   how often (3)
  --busy N   how many processes keep the machine busy (2)
  --help`;

/** A process that does nothing as fast as it can, and ends by itself when the one that started it is gone. */
const loop = 'const parent = process.ppid; for (;;) { for (let i = 0; i < 1e8; i++); if (process.ppid !== parent) process.exit(); }';

async function beside(count, work) {
  const busy = Array.from({ length: count }, () => spawn(node, ['-e', loop], { stdio: 'ignore' }));
  try {
    return await work();
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
}

main(async () => {
  const { runs, busy, files } = optionsOf(
    usage,
    { runs: { type: 'string', default: '3' }, busy: { type: 'string', default: '2' } },
    'files',
  );
  await ready();
  const tools = await e2eTools();
  await build();
  const env = await e2eEnvironment(tools);
  const rows = [['run', 'passed', 'failed', 'skipped', 'seconds']];
  const failed = [];
  for (let run = 1; run <= Number(runs); run++) {
    const begin = Date.now();
    say(`Run ${run} of ${runs}, ${busy} busy processes beside`);
    // Nothing is tried a second time here.
    const report = await beside(Number(busy), () => suite([...e2eConfig, '--retry=0', '--bail=0', ...files], { env }));
    rows.push([run, report.passed, report.failed.length, report.skipped.length, Math.round((Date.now() - begin) / 1000)]);
    for (const { file, name } of report.failed) failed.push(`  run ${run}: ${file}: ${name}`);
  }
  say('');
  table(rows);
  if (failed.length > 0) {
    say(['', 'Failed', ...failed].join('\n'));
    process.exitCode = 1;
  }
});
