import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Lab } from '../../../src/editor/lab.js';
import type { Labs } from '../../../src/editor/labs.js';
import { Launcher } from '../../../src/editor/launcher.js';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { writeJob } from '../../../src/protocol/jobRecord.js';
import type { RunDetail } from '../../../src/store/views.js';
import { aRun, aStatus } from '../../builders/aRun.js';
import { aSummary } from '../../builders/aSummary.js';
import { fake, Uri } from '../../builders/fakeVscode.js';

let folder: string;
let runsDir: string;
let launcher: Launcher;
beforeEach(() => {
  fake.reset();
  fake.trusted = true;
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-launcher-'));
  fake.folders = [folder];
  runsDir = join(folder, '.grpo-lab', 'runs');
  const lab = { folder, runsDir, catchUp: () => Promise.resolve() } as unknown as Lab;
  const labs = { labOf: () => Promise.resolve(lab), labAt: () => lab, catchUp: () => Promise.resolve() };
  launcher = new Launcher('/app/dist', labs as unknown as Labs, { keyOf: () => Promise.resolve(undefined) });
});
afterEach(() => rmSync(folder, { recursive: true }));

const command = (name: string): string =>
  `name: ${name}
backend: command
command: { run: [python3, train.py, '--out=\${run_dir}'], watch: [{ path: out, format: trl }] }
policy: { model: none }
data: { dataset: none }
method: { name: grpo }
launch: { env: { LD_PRELOAD: evil.so } }
steps: 9
`;
const embedded = (name: string): string =>
  `name: ${name}\npolicy: { preset: nano-2l }\ndata: { generator: arithmetic }\nmethod: { name: sft }\nsteps: 9\n`;

/** A run as it lies in its folder, and as the index tells it. */
function launched(id: string, text: string): RunDetail {
  const experiment = parseExperiment(text).experiment!;
  const { directory } = aRun(id)
    .being({ experiment: { name: experiment.name, path: join(folder, 'a.experiment.yaml'), source: text, resolved: experiment } })
    .with(aStatus(3, 'stopped'))
    .write(runsDir);
  return {
    ...aSummary({ id, name: 'mine-1' }),
    directory,
    source: text,
    resolved: experiment,
    experimentPath: null,
  } as unknown as RunDetail;
}
const runs = (): string[] => readdirSync(runsDir).filter((name) => !name.startsWith('.'));

describe('what starts is shown before it does, and nothing starts when that is refused', () => {
  test('at resume: program, arguments, folder and environment', async () => {
    const run = launched('mine-1-aaaa', command('mine'));
    await launcher.resume(run);
    expect(fake.messages).toEqual(['Resume mine-1?']);
    expect(fake.details).toEqual([
      [
        'python3 train.py',
        `  --out=${run.directory}`,
        `in ${folder}`,
        'with LD_PRELOAD=evil.so',
        `followed: ${join(folder, 'out')} (trl)`,
        'captured: every Python of it loads a hook of GRPO Lab (command.capture: false leaves it out)',
      ].join('\n'),
    ]);
    expect(existsSync(join(run.directory, 'process.json'))).toBe(false);
  });

  test('on a cluster: the script that its queue is handed, as a document beside the question', async () => {
    const text = command('mine').replace(/launch: .*/, 'launch: { target: { name: slurm, partition: gpu } }');
    const path = join(folder, 'mine.experiment.yaml');
    writeFileSync(path, text);
    expect(await launcher.launch(Uri.file(path) as never)).toBeUndefined();
    expect(fake.messages).toEqual(['Launch mine? This is what slurm is handed.']);
    const [[, document]] = fake.executed as [string, { languageId: string; getText(): string }][];
    expect(document.languageId).toBe('shellscript');
    expect(document.getText()).toContain('\n#SBATCH --partition=gpu\n');
    expect(document.getText()).toMatch(/^exec .*\\\n( {2}--.*\\\n)+ {2}-- .*command\.cjs/m);
    expect(existsSync(runsDir)).toBe(false);
  });

  test('when launched again', async () => {
    const run = launched('mine-1-aaaa', command('mine'));
    expect(await launcher.launchAgain(run)).toBeUndefined();
    expect(fake.messages).toEqual(['Launch mine?']);
    expect(fake.details[0]).toContain('python3 train.py');
    expect(runs()).toEqual(['mine-1-aaaa']);
  });

  test('when a checkpoint is evaluated that is gone, and an experiment has taken the name of its run', async () => {
    const run = launched('mine-1-aaaa', embedded('mine'));
    writeFileSync(join(folder, 'theirs.experiment.yaml'), command('mine-1-aaaa').replace('mine-1-aaaa', `'mine-1-aaaa'`));
    rmSync(run.directory, { recursive: true });
    const evaluated = launcher.evaluate(run, 3, [{ suite: 'held-out' }]);
    await expect(evaluated.then(() => fake.details.join())).resolves.toContain('python3 train.py');
    expect(existsSync(runsDir) ? runs() : []).toEqual([]);
  });
});

test('a run whose target is not here is asked to stop in its folder', async () => {
  const run = launched('mine-1-aaaa', embedded('mine'));
  writeJob(run.directory, { v: 1, target: 'cluster', job: '17', heartbeat: new Date().toISOString(), ended: null });
  await launcher.stop(run);
  expect(fake.messages).toEqual(['mine-1 was asked to stop where it runs: it ends after its step, with a checkpoint.']);
  expect(existsSync(join(run.directory, 'stop.request'))).toBe(true);
});

test('a run that may still live is resumed only when the person says that it does not', async () => {
  const run = launched('mine-1-aaaa', embedded('mine'));
  writeJob(run.directory, { v: 1, target: 'cluster', job: '17', heartbeat: '2026-01-01T00:00:00Z', ended: null });
  await launcher.resume(run);
  expect(fake.messages[0]).toMatch(/mine-1-aaaa may still be running: it ran on the target cluster/);
  fake.answers = ['Resume Anyway'];
  await expect(launcher.resume(run)).rejects.toThrow('There is no target "cluster" here. Known: local,');
});
