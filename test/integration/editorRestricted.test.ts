import { globSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { aRun, aStatus } from '../builders/aRun.js';
import { AWindow } from '../builders/aWindow.js';
import { fake, Uri } from '../builders/fakeVscode.js';

const refusal = 'This workspace is not trusted';

/** Whatever neither starts a program nor changes a file of the workspace; the index lies elsewhere. */
const reading = [
  ...['open', 'openToSide', 'openDashboard', 'compare', 'compareConfigs', 'openBenchmarks', 'openMethods', 'planMemory', 'find'],
  ...['run.open', 'run.goToStep', 'run.openExperiment', 'run.openConfigAsItWas', 'run.openLog', 'run.showProblems', 'run.revealFolder'],
  ...[
    'run.showDisagreements',
    'run.openRewardModel',
    'run.openTimeline',
    'run.openDoctor',
    'run.openQuestions',
    'run.openTokens',
    'run.openThenNow',
    'run.copyLink',
  ],
  ...['page.act', 'page.back', 'page.forward', 'page.up', 'page.split', 'text.back'],
  ...['explorer.refresh', 'explorer.moreSteps', 'rebuildIndex', 'showOutput'],
].map((name) => `grpoLab.${name}`);
const { commands } = manifest.contributes;
const writing = commands.map((c) => c.command).filter((c) => !reading.includes(c));

/** What pages may ask that starts or changes something, with parameters that are fine. */
const writingMessages: Record<string, { page: string; params: unknown }> = {
  'page/toggleBookmark': { page: 'run.open', params: { address: { run: 'r-1' } } },
  'page/mark': { page: 'run.open', params: { addresses: [{ run: 'r-1', step: 1, group: 0 }], add: ['hack'], remove: [] } },
  'page/runCommand': { page: 'run.open', params: { run: 'r-1', command: 'launchAgain' } },
  'import/start': { page: 'import', params: { path: '/data/run', format: 'trl', follow: false, replace: false } },
  'find/export': { page: 'find', params: { filter: '', run: null, chosen: null } },
  'benchmarks/evaluate': { page: 'openBenchmarks', params: {} },
  'preflight/start': { page: 'preflight', params: { about: { experiment: 'e' }, source: 'checkpoint', questions: 2, samples: 2 } },
  'playground/question': { page: 'playground', params: { run: 'r-1' } },
  'playground/sample': {
    page: 'playground',
    params: {
      source: { run: 'r-1', step: 1 },
      question: 'What is 1 + 1?',
      gold: '2',
      size: 2,
      temperature: 1,
      maxTokens: 8,
      seed: 1,
    },
  },
};
const readingMessages = [
  ...[
    'page/start',
    'page/open',
    'page/copyLink',
    'page/whyAbsent',
    'page/isBookmarked',
    'page/diff',
    'page/picture',
    'page/marks',
    'page/labels',
    'group/verdicts',
    'solution/grades',
  ],
  ...[
    'dashboard/open',
    'dashboard/series',
    'dashboard/trends',
    'dashboard/constants',
    'dashboard/rewards',
    'dashboard/ledger',
    'dashboard/benchmarks',
    'dashboard/resources',
    'groups/more',
    'groups/spread',
    'group/more',
    'groups/open',
    'group/open',
    'solution/open',
    'solution/trace',
  ],
  ...['disagreements/open', 'benchmarks/results', 'benchmarks/canEvaluate', 'methods/usage', 'methods/group', 'reward-model/open'],
  ...['timeline/open', 'timeline/window', 'doctor/open', 'dashboard/findings', 'find/open', 'find/search', 'find/more', 'find/facets'],
  ...[
    'question/list',
    'question/open',
    'question/modes',
    'page/nearDuplicates',
    'group/step',
    'group/stepVerdicts',
    'tokens/open',
    'then-now/open',
    'then-now/read',
  ],
  ...[
    'planner/experiment',
    'import/look',
    'import/pick',
    'import/cancel',
    'import/settings',
    'playground/open',
    'playground/stop',
    'playground/settings',
    'preflight/open',
    'preflight/stop',
    'preflight/question',
  ],
];

let window: AWindow;
beforeEach(async () => {
  window = new AWindow();
  aRun('r-1').withSteps(1).with(aStatus(1, 'finished')).write(window.runsDir);
  await window.open(false);
});
afterEach(() => window.close());

/** Every file of the workspace and its size. */
const files = (): string[] =>
  readdirSync(window.folder, { recursive: true, encoding: 'utf8' })
    .map((f) => `${f} ${statSync(join(window.folder, f)).isFile() ? statSync(join(window.folder, f)).size : ''}`)
    .sort();

describe('Restricted Mode', () => {
  test('every command that starts or changes something is grey', () => {
    const grey = commands.filter((c) => 'enablement' in c && c.enablement?.includes('isWorkspaceTrusted')).map((c) => c.command);
    // The page of Sample Group says itself what it needs; it opens from the palette in trusted workspaces only.
    expect(grey.sort(), 'enable it in trusted workspaces only, or add it to reading').toEqual(writing.sort());
  });

  test.each(writing)('%s refuses, and changes no file', async (command) => {
    const before = files();
    const target =
      command === 'grpoLab.bookmarks.remove'
        ? { address: { run: 'r-1' } }
        : command === 'grpoLab.openAsRun'
          ? Uri.file(window.folder)
          : 'r-1';
    fake.answers = [/./, /./, /./];
    await fake.command(command, target);
    expect(fake.messages.at(-1)).toContain(refusal);
    expect(files()).toEqual(before);
  });

  test('every message that a page may send is known to read or to be refused', () => {
    const contracts = globSync('src/contracts/*.ts').map((f) => readFileSync(f, 'utf8'));
    const requests = contracts.flatMap((text) => [...text.matchAll(/= request\(\s*'([^']+)'/g)].map((m) => m[1]));
    expect([...readingMessages, ...Object.keys(writingMessages)].sort(), 'add it to askedToRead or askedToWrite').toEqual(requests.sort());
  });

  test.each(Object.entries(writingMessages))('a page that asks for %s is refused', async (method, { page, params }) => {
    const before = files();
    fake.answers = [/./, /./, /./];
    if (page === 'playground' || page === 'import' || page === 'preflight') await fake.command('grpoLab.open', { page });
    else await fake.command(`grpoLab.${page}`, 'r-1');
    const panel = fake.panels.at(-1)!;
    panel.received.fire({ kind: 'request', id: 7, method, params });
    const answer = () => {
      const response = panel.sent.find((m) => (m as { id?: number }).id === 7) as { ok: boolean; error?: string } | undefined;
      return `${response?.error ?? ''} ${fake.messages.join(' ')}`;
    };
    await expect.poll(answer).toContain(refusal);
    expect(files()).toEqual(before);
  });
});
