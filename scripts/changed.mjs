// What a change touches, in under a minute: lint of the changed files, types, and the tests that import something changed.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { main, optionsOf, run, say, step } from './lib/console.mjs';
import { build, node, ready, root, tool } from './lib/install.mjs';
import { Outcome } from './lib/outcome.mjs';
import { pythonPart } from './lib/pythonTools.mjs';
import { suite, testTimes } from './lib/suite.mjs';
import { checkTypes } from './lib/types.mjs';

const usage = `npm run test:changed -- [options]   lint, types and tests of what was changed

  --since REF   compared with this commit (default: where this branch left main; on main itself, the last commit)
  --help`;

/** Seconds of test files, as they took when they last ran here: two at a time, they leave room for lint and types. */
const budget = 36;
/** Of a file that never ran here. */
const guess = (file) => (file.startsWith('test/unit/') ? 1 : 15);

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
const lines = (text) => text.split('\n').filter(Boolean);

/** The commit to compare with, and what it is. */
function base(since) {
  if (since) return { commit: git('rev-parse', '--verify', since), what: since };
  for (const main of ['main', 'origin/main']) {
    try {
      const commit = git('merge-base', 'HEAD', main);
      if (commit !== git('rev-parse', 'HEAD')) return { commit, what: `where this branch left ${main}` };
    } catch {
      // There is no such branch here.
    }
  }
  const clean = git('status', '--porcelain') === '';
  return clean
    ? { commit: git('rev-parse', 'HEAD~1'), what: 'the commit before the last' }
    : { commit: git('rev-parse', 'HEAD'), what: 'the last commit' };
}

/** Test files by the import graph, those that were changed themselves first, then the quickest, as far as the budget goes. */
async function chooseTests(commit, changed) {
  const listed = await run(
    node,
    [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'list', '--filesOnly', '--changed', commit, '--json'],
    {
      env: { GRPO_LAB_BUILT: '1' },
    },
  );
  const touched = JSON.parse(listed.slice(listed.indexOf('['))).map(({ file }) => relative(root, file).replaceAll('\\', '/'));
  const times = testTimes();
  const seconds = (file) => times[file] ?? guess(file);
  const own = new Set(changed);
  const chosen = [];
  const left = [];
  let sum = 0;
  for (const file of touched.sort((a, b) => own.has(b) - own.has(a) || seconds(a) - seconds(b))) {
    if (own.has(file) || sum + seconds(file) <= budget) chosen.push(file);
    else left.push(file);
    if (chosen.at(-1) === file) sum += seconds(file);
  }
  return { chosen, left };
}

main(async () => {
  const { since } = optionsOf(usage, { since: { type: 'string' } });
  await ready();
  const { commit, what } = base(since);
  const changed = [...lines(git('diff', '--name-only', commit)), ...lines(git('ls-files', '--others', '--exclude-standard'))].filter((f) =>
    existsSync(join(root, f)),
  );
  say(`${changed.length} changed files since ${what} (${commit.slice(0, 8)})`);
  const outcome = new Outcome();
  const code = changed.filter((f) => ['.ts', '.mjs', '.js'].includes(extname(f)));
  const { chosen, left } = await step('Looking for tests', () => chooseTests(commit, changed));
  await Promise.all([
    outcome.part('lint', () =>
      step('Lint', async () => {
        if (code.length > 0) await tool('oxlint', code);
        const ours = code.filter((file) => /^(src|webview)\//.test(file));
        if (ours.length > 0) await tool('eslint', ours);
        if (changed.length > 0) await tool('prettier', ['--check', '--log-level', 'warn', '--ignore-unknown', ...changed]);
      }),
    ),
    outcome.part('types', () => checkTypes()),
    outcome.part('tests', async () => {
      await build();
      return chosen.length > 0 ? suite(chosen, { env: { GRPO_LAB_BUILT: '1' } }) : undefined;
    }),
  ]);
  if (changed.some((file) => file.startsWith('python/'))) await pythonPart(outcome);
  const well = outcome.tell();
  if (left.length > 0)
    say(['', 'Touched, but left to `npm test`, for a minute does not hold them', ...left.map((f) => `  ${f}`)].join('\n'));
  say('\nNot run: the end-to-end tests, and tests that start a bundle of dist/ without importing what was changed in it.');
  if (!well) process.exitCode = 1;
});
