import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { aGroup, aRun, aStatus } from '../builders/aRun.js';
import { AWindow, Storage } from '../builders/aWindow.js';
import { rowsOf } from '../builders/rows.js';
import { fake, Uri } from '../builders/fakeVscode.js';
import { ModelServer } from '../builders/modelServer.js';
import { untilEnded } from './launchWorld.js';

let storage: Storage;
let window: AWindow;
beforeEach(() => {
  storage = new Storage();
  window = new AWindow(storage);
});
afterEach(() => window.close());

const written = (id: string, number: number, experiment: { source?: string; beta?: number } = {}): void => {
  const { source = `name: sums\nbeta: ${experiment.beta ?? 0}\n`, beta = 0 } = experiment;
  aRun(id)
    .being({ name: `sums-${number}`, number, experiment: { name: 'sums', path: null, source, resolved: { beta } } })
    .withSteps(3)
    .with(aStatus(3, 'finished'))
    .write(window.runsDir);
};
const imported = (id: string, config: Record<string, unknown> = {}): void => {
  const origin = { format: 'trl', source: '/data/run', follow: false, notes: [] };
  aRun(id)
    .being({
      backend: 'import',
      method: 'unknown',
      experiment: { name: 'theirs', path: null, source: '', resolved: config },
      name: `theirs-1`,
      import: origin,
    })
    .withSteps(1)
    .with(aStatus(1, 'finished'))
    .write(window.runsDir);
};
const dashboardOf = () => fake.panels.find((p) => p.viewType === 'grpoLab.dashboard');
const ask = async (method: string, params: unknown): Promise<unknown> => {
  const panel = dashboardOf()!;
  panel.received.fire({ kind: 'request', id: 1, method, params });
  await expect.poll(() => panel.sent.some((m) => (m as { id?: number }).id === 1)).toBe(true);
  return (panel.sent.find((m) => (m as { id?: number }).id === 1) as { result?: unknown }).result;
};

describe('a command that finds nothing to do says what is missing', () => {
  test.each([
    ['stop', 'No run is going: there is nothing to stop.'],
    ['resume', 'No run was interrupted: there is nothing to resume.'],
    ['showProblems', 'Every event of every run could be read.'],
    ['setGroupSize', 'No run here was imported: the others know the size of their groups.'],
  ])('%s', async (action, message) => {
    written('sums-1-aaaa', 1);
    await window.open();
    await fake.command(`grpoLab.run.${action}`);
    expect(fake.messages).toEqual([message]);
  });

  test('evaluating where all runs were imported is not about resuming', async () => {
    imported('theirs-1-aaaa');
    await window.open();
    await fake.command('grpoLab.evaluate');
    expect(fake.messages).toEqual(['No run here has a checkpoint to evaluate: only runs that were launched here keep any.']);
  });

  test.each(['grpoLab.run.stop', 'grpoLab.open', 'grpoLab.compare', 'grpoLab.evaluate', 'grpoLab.run.delete'])(
    '%s without any run offers the ways to one',
    async (command) => {
      await window.open();
      await fake.command(command);
      expect(fake.messages).toEqual(['There are no runs here yet. Launch an experiment, or import what another trainer wrote.']);
    },
  );

  test('a run that does not fit is named', async () => {
    written('sums-1-aaaa', 1);
    await window.open();
    await fake.command('grpoLab.run.stop', 'sums-1-aaaa');
    expect(fake.messages).toEqual(['sums-1 is not running.']);
  });

  test('a run whose trainer said nothing has no empty log', async () => {
    written('sums-1-aaaa', 1);
    await window.open();
    await fake.command('grpoLab.run.openLog', 'sums-1-aaaa');
    expect(fake.messages).toEqual(['sums-1 has no log: its trainer has said nothing.']);
    expect(fake.executed).toEqual([]);
  });
});

describe('runs beside each other', () => {
  beforeEach(async () => {
    written('sums-1-aaaa', 1, { beta: 0 });
    written('sums-2-aaaa', 2, { beta: 0.1 });
    written('sums-3-aaaa', 3, { beta: 0 });
    imported('theirs-1-aaaa');
    imported('theirs-2-aaaa', { lr: 1, z: { b: 1, a: 2 } });
    await window.open();
  });

  test('the palette asks for two or more and draws their curves on one dashboard', async () => {
    fake.answers = [[/sums-1/, /sums-2/]];
    await fake.command('grpoLab.compare');
    expect(fake.tabs()).toHaveLength(1);
    const { run, overlay } = (await ask('dashboard/open', { run: 'sums-2-aaaa' })) as { run: { id: string }; overlay: string[] };
    expect([run.id, ...overlay].sort()).toEqual(['sums-1-aaaa', 'sums-2-aaaa']);
  });

  test('a run that was launched on another machine is controlled from here too, in a workspace that is trusted', async () => {
    fake.answers = [[/sums-1/, /sums-2/]];
    await fake.command('grpoLab.compare');
    expect(await ask('dashboard/open', { run: 'sums-1-aaaa' })).toMatchObject({ run: { host: 'here' }, canControl: true });
  });

  test('one run is not compared', async () => {
    fake.answers = [[/sums-1/]];
    await fake.command('grpoLab.compare');
    expect(fake.messages).toEqual(['Nothing is compared: choose at least two runs.']);
    expect(fake.tabs()).toEqual([]);
  });

  test('rows that are selected in the explorer need no question', async () => {
    const rows = await rowsOf('grpoLab.experiments', (await rowsOf('grpoLab.experiments')).find((r) => r.label === 'sums')!.node);
    expect(rows.map((r) => r.label).sort()).toEqual(['run 1', 'run 2', 'run 3']);
    await fake.command('grpoLab.compareConfigs', rows[0].node, [rows[0].node, rows[1].node]);
    expect(fake.offered).toEqual([]);
    expect(fake.executed.map(([command]) => command)).toEqual(['vscode.diff']);
  });

  test('the configurations of two are shown in a diff of the experiments as they were', async () => {
    await fake.command('grpoLab.compareConfigs', ['sums-1-aaaa', 'sums-2-aaaa']);
    const [[command, left, right, title]] = fake.executed as [string, Uri, Uri, string][];
    expect([command, title]).toEqual(['vscode.diff', 'sums-1 ↔ sums-2: configuration']);
    const text = (uri: Uri) => fake.documents.get('grpo-lab')!.provideTextDocumentContent(uri);
    expect([await text(left), await text(right)]).toEqual(['name: sums\nbeta: 0\n', 'name: sums\nbeta: 0.1\n']);
  });

  test('of more than two it is asked which differs how from the first', async () => {
    fake.answers = ['sums-2'];
    await fake.command('grpoLab.compareConfigs', ['sums-1-aaaa', 'sums-2-aaaa', 'sums-3-aaaa']);
    expect(fake.offered).toEqual([['sums-2', 'sums-3']]);
    expect(fake.executed).toHaveLength(1);
  });

  test('equal configurations are said to be, rather than shown as an empty diff', async () => {
    await fake.command('grpoLab.compareConfigs', ['sums-1-aaaa', 'sums-3-aaaa']);
    expect(fake.messages).toEqual(['sums-1 and sums-3 were configured alike, to the letter.']);
    expect(fake.executed).toEqual([]);
  });

  test('what was never recorded is not said to be equal', async () => {
    await fake.command('grpoLab.compareConfigs', ['theirs-1-aaaa', 'theirs-2-aaaa']);
    expect(fake.messages).toEqual([
      'Nothing to compare: of the configuration of theirs-1 nothing was recorded where it was imported from.',
    ]);
  });

  test('with an imported run, the settings are compared, in the order of the alphabet', async () => {
    await fake.command('grpoLab.compareConfigs', ['sums-1-aaaa', 'theirs-2-aaaa']);
    const [[, left, right]] = fake.executed as [string, Uri, Uri][];
    const text = (uri: Uri) => fake.documents.get('grpo-lab')!.provideTextDocumentContent(uri);
    expect(await text(left)).toBe('{\n  "beta": 0\n}\n');
    expect(JSON.parse(await text(right))).toEqual({ lr: 1, z: { a: 2, b: 1 } });
    expect(await text(right)).toContain('"a": 2,\n    "b": 1');
  });
});

describe('links', () => {
  beforeEach(async () => {
    written('sums-1-aaaa', 1);
    await window.open();
  });

  test('a copied link says that it is copied, and names the folder', async () => {
    await fake.command('grpoLab.run.copyLink', 'sums-1-aaaa');
    expect(fake.clipboard).toBe(`vscode://grpo-lab.grpo-lab/runs/sums-1-aaaa?folder=${window.folder}`);
    expect(fake.statusMessages).toEqual(['$(link) Link copied']);
  });

  test('without a row it is of the page in front, whatever that shows', async () => {
    await fake.command('grpoLab.open', '/runs/sums-1-aaaa/step 2/group 1');
    await fake.command('grpoLab.run.copyLink');
    expect(fake.clipboard).toContain('/runs/sums-1-aaaa/step%202/group%201?folder=');
  });

  test.each(['vscode://grpo-lab.grpo-lab/runs/sums-1-aaaa/step%202', 'runs/sums-1-aaaa/step 2'])(
    '"Open" takes %s where it asks for a run',
    async (text) => {
      const opened = fake.command('grpoLab.open');
      await expect.poll(() => fake.quickPick).toBeDefined();
      fake.quickPick!.type(text);
      expect(fake.quickPick!.items.map((i) => i.label)).toEqual(['$(link) Open the link']);
      fake.quickPick!.accept(/link/);
      await opened;
      expect(fake.tabs()).toEqual(['Step 2 · sums-1']);
    },
  );

  test('a link to a run of another folder names it and offers to open it there, where its page opens', async () => {
    const elsewhere = join(window.folder, 'elsewhere');
    mkdirSync(elsewhere);
    const opened = fake.command('grpoLab.open');
    await expect.poll(() => fake.quickPick).toBeDefined();
    fake.quickPick!.type(`vscode://grpo-lab.grpo-lab/runs/other-1-bbbb/step%205?folder=${elsewhere}`);
    fake.answers = ['Open Folder'];
    fake.quickPick!.accept(/link/);
    await opened;
    expect(fake.messages).toEqual([`other-1-bbbb is in ${elsewhere}, which is not open in this window.`]);
    expect(fake.executed).toEqual([['vscode.openFolder', expect.objectContaining({ path: elsewhere }), { forceNewWindow: true }]]);

    // The window that opens there.
    const next = new AWindow(storage);
    aRun('other-1-bbbb').being({ name: 'other-1' }).withSteps(5).write(next.runsDir);
    fake.folders = [next.folder];
    await storage.update('afterOpening', { ...storage.get<object>('afterOpening'), folder: next.folder });
    await next.open();
    await expect.poll(() => fake.tabs()).toEqual(['Step 5 · other-1']);
    next.close();
  });

  test('a link to a folder that this machine does not have says so', async () => {
    const opened = fake.command('grpoLab.open');
    await expect.poll(() => fake.quickPick).toBeDefined();
    fake.quickPick!.type('vscode://grpo-lab.grpo-lab/runs/other-1-bbbb?folder=/no/such/folder');
    fake.quickPick!.accept(/link/);
    await opened;
    expect(fake.messages.at(-1)).toContain('its run is in the folder /no/such/folder, which is not on this machine.');
  });
});

describe('the example', () => {
  test('is copied into the workspace, shown, and launched when one says so', async () => {
    await window.open();
    fake.answers = ['Launch'];
    const launched: unknown[] = [];
    fake.commands.set('grpoLab.launch', (uri) => launched.push((uri as Uri).fsPath));
    await fake.command('grpoLab.tryExample');
    const file = join(window.folder, 'arithmetic', 'arith-grpo.experiment.yaml');
    expect(readFileSync(file, 'utf8')).toBe(readFileSync('examples/arithmetic/arith-grpo.experiment.yaml', 'utf8'));
    expect(fake.executed).toEqual([['showTextDocument', expect.objectContaining({ path: file })]]);
    expect(launched).toEqual([file]);
  });

  test('that somebody has changed stays as it is', async () => {
    await window.open();
    const file = join(window.folder, 'arithmetic', 'arith-grpo.experiment.yaml');
    mkdirSync(join(window.folder, 'arithmetic'));
    writeFileSync(file, 'name: mine\n');
    await fake.command('grpoLab.tryExample');
    expect(readFileSync(file, 'utf8')).toBe('name: mine\n');
  });

  test('without a folder asks for one, opens it, and begins there', async () => {
    fake.folders = [];
    await window.open();
    fake.answers = [[Uri.file(window.folder)]];
    await fake.command('grpoLab.tryExample');
    expect(fake.executed).toEqual([['vscode.openFolder', expect.objectContaining({ path: window.folder })]]);
    const opened = window.folder;
    const next = new AWindow(storage);
    fake.folders = [opened];
    await next.open();
    await expect.poll(() => fake.messages).toEqual(['Launch the example?']);
    next.close();
  });
});

describe('a server', () => {
  test('is evaluated with the key of its origin, which goes into no file', async () => {
    const server = await ModelServer.start({ key: 'sesame-key' });
    try {
      await window.open();
      const file = join(window.folder, 'sums.jsonl');
      writeFileSync(file, '{"question":"3 + 4?","answer":"#### 7"}\n{"question":"What is 3 + 4?","answer":"#### 7"}\n');
      fake.settings['grpoLab.endpoints'] = [{ name: 'local', url: `${server.url}/v1`, model: 'tiny' }];
      fake.answers = [/local/, 'sesame-key'];
      await fake.command('grpoLab.setEndpointKey');
      fake.answers = [/local/, /file of questions/, [Uri.file(file)], /up to 4/, 'Launch'];
      await fake.command('grpoLab.evaluateEndpoint');
      expect(fake.messages.at(-1)).toBe('Launch tiny-eval?');
      const [id] = readdirSync(window.runsDir).filter((name) => name.startsWith('tiny-eval-1-'));
      await untilEnded(join(window.runsDir, id));
      expect(lastEvent(join(window.runsDir, id), ['status'])).toMatchObject({ state: 'finished' });
      expect(server.requests.map((r) => [r.authorization, r.body.n])).toEqual([
        ['Bearer sesame-key', 4],
        ['Bearer sesame-key', 4],
      ]);
      const files = readdirSync(window.folder, { recursive: true, encoding: 'utf8' }).filter((f) =>
        statSync(join(window.folder, f)).isFile(),
      );
      expect(files.filter((f) => readFileSync(join(window.folder, f)).includes('sesame-key'))).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});

describe('going to a step', () => {
  test('opens its groups; where it has none, those of the last before it, and says so', async () => {
    const metrics = { type: 'metrics', step: 4, values: { loss: 1 } } as const;
    aRun('sums-1-aaaa')
      .being({ name: 'sums-1' })
      .withSteps(2)
      .with({ ...metrics, step: 3 }, metrics, aStatus(4, 'finished'))
      .write(window.runsDir);
    await window.open();
    fake.answers = ['1', '4'];
    await fake.command('grpoLab.run.goToStep', 'sums-1-aaaa');
    expect(fake.tabs()).toEqual(['Step 1 · sums-1']);
    await fake.command('grpoLab.run.goToStep', 'sums-1-aaaa');
    expect(fake.tabs()).toEqual(['Step 2 · sums-1']);
    expect(fake.messages).toEqual(['Step 4 of sums-1 has no groups. The last before it that has is step 2.']);
  });
});

test('a run without gold answers is re-graded with those of a file that is picked; how many matched is said', async () => {
  const group = aGroup(1, 0, 2);
  if (group.type !== 'group') throw new Error('a group was expected');
  aRun('sums-1-aaaa')
    .being({ name: 'sums-1' })
    .with(
      { ...group, question: 'What is 40 + 7?', gold: null },
      { ...group, group: 1, question: 'Who knows?', gold: null },
      aStatus(1, 'finished'),
    )
    .write(window.runsDir);
  await window.open();
  const file = join(window.folder, 'questions.jsonl');
  writeFileSync(file, '{"question":"What is 40 + 7?","answer":"47"}\n');
  fake.answers = [/grpo-lab/, /file of questions/, [Uri.file(file)]];
  await fake.command('grpoLab.run.regrade', 'sums-1-aaaa');
  expect(fake.messages).toEqual(['1 of 2 groups without a gold answer matched one of 1 question in the file.']);
  expect(fake.tabs()).toEqual(['Disagreements · sums-1']);
});

test('an index that is made anew says what it holds', async () => {
  written('sums-1-aaaa', 1);
  await window.open();
  await fake.command('grpoLab.rebuildIndex');
  expect(fake.messages).toEqual(['The index is new: 1 run read from the folders.']);
});
