import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applySettings } from '../../../src/cli/commands/run.js';
import { labFolder } from '../../../src/cli/labFolder.js';
import { findRun } from '../../../src/cli/runRef.js';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { grpoFile } from '../experiment/files.js';

describe('a run can be meant by', () => {
  const runs = [
    { id: 'sft-1-aaaa', name: 'sft-1', method: 'sft', created: '2026-01-01' },
    { id: 'sft-2-bbbb', name: 'the good one', method: 'sft', created: '2026-01-02' },
    { id: 'rl-1-cccc', name: 'rl-1', method: 'grpo', created: '2026-01-04' },
    { id: 'rl-eval-1-dddd', name: 'rl-eval-1', method: 'evaluate', created: '2026-01-03' },
  ];
  test.each([
    ['its id', 'sft-2-bbbb', 'sft-2-bbbb'],
    ['its name', 'the good one', 'sft-2-bbbb'],
    ['the beginning of its id', 'sft-2', 'sft-2-bbbb'],
    ['the beginning of its id, whatever evaluated it', 'rl', 'rl-1-cccc'],
    ['the beginning of its id, as an evaluation', 'rl-e', 'rl-eval-1-dddd'],
    ['being the last', 'last', 'rl-1-cccc'],
  ])('%s', (_, reference, id) => expect(findRun(reference, runs).id).toBe(id));

  test('nothing else; the message says what there is', () => {
    expect(() => findRun('sft', runs)).toThrow('"sft" can be any of sft-2-bbbb, sft-1-aaaa; give the whole id.');
    expect(() => findRun('rl-2', runs)).toThrow('did you mean rl-1?');
    expect(() => findRun('last', [])).toThrow('there are no runs here');
  });
});

describe('the folder of a command', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'grpo-lab-folder-'));
    await mkdir(join(root, 'project', 'experiments', 'deep'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  test('is the one named, or the nearest with runs', async () => {
    const project = join(root, 'project');
    expect(labFolder(project, '..')).toBe(root);
    await mkdir(join(project, '.grpo-lab'));
    expect(labFolder(join(project, 'experiments', 'deep'))).toBe(project);
    expect(labFolder('/', undefined, join(project, 'experiments', 'a.experiment.yaml'))).toBe(project);
  });

  test('is, before the first run, the working directory or that of a file elsewhere', () => {
    const project = join(root, 'project');
    expect(labFolder(project, undefined, 'experiments/a.experiment.yaml')).toBe(project);
    expect(labFolder(join(project, 'experiments', 'deep'), undefined, '../a.experiment.yaml')).toBe(join(project, 'experiments'));
  });
});

describe('--set', () => {
  test('changes values of the experiment, typed as YAML', () => {
    const text = applySettings(grpoFile, ['seed=3', 'method.beta=0', 'data.levels=[3, 4]', 'optimiser.schedule=cosine', 'data.levels.0=5']);
    expect(parseExperiment(text).experiment).toMatchObject({
      seed: 3,
      method: { beta: 0 },
      data: { levels: [5, 4] },
      optimiser: { schedule: 'cosine' },
    });
    expect(text).toContain('# keep it close');
  });

  test('without a value puts a key back to its default', () => {
    const text = applySettings(grpoFile.replace('0.04', '0.5'), ['method.beta=']);
    expect(parseExperiment(text).experiment).toMatchObject({ method: { beta: 0.04 } });
  });

  test('says how it is written', () => {
    expect(() => applySettings(grpoFile, ['seed'])).toThrow('--set seed: write KEY=VALUE');
    expect(() => applySettings(grpoFile, ['seed=[1'])).toThrow(/--set seed=\[1: /);
    expect(() => applySettings(grpoFile, ['steps.x=1'])).toThrow(/steps is not a group of keys/);
  });
});
