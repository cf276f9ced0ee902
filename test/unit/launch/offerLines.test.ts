import { expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { Jobs } from '../../../src/launch/jobs.js';
import { offerLines, offerText } from '../../../src/launch/offerLines.js';
import { LocalTarget } from '../../../src/launch/targets/local/localTarget.js';

test('what a target has is a line for each part of it; what nobody says is left out', () => {
  const offer = { name: 'gpu', state: 'up, 5 of 8 nodes idle', cpus: 64, memoryBytes: 512 * 1024 ** 3, gpus: ['gpu:h100:4'] };
  expect(offerText(offer)).toBe('gpu: up, 5 of 8 nodes idle, 64 cores, 512 GiB, gpu:h100:4');
  expect(offerText({ ...offer, cpus: null, memoryBytes: null, gpus: null })).toBe('gpu: up, 5 of 8 nodes idle');
  expect(offerText({ ...offer, cpus: 1, gpus: [] })).toBe('gpu: up, 5 of 8 nodes idle, 1 core, 512 GiB, no GPU');
});

test('a target that is not here says so, and this machine is looked at by other means', async () => {
  const jobs = new Jobs([new LocalTarget({ executable: 'node', folder: '/app' })]);
  const of = (target: string) =>
    offerLines(
      parseExperiment(
        `name: a\npolicy: { preset: nano-2l }\ndata: { generator: arithmetic }\nmethod: { name: sft }\nsteps: 1\nlaunch: { target: { name: ${target} } }\n`,
      ).experiment!,
      jobs,
    );
  expect(await of('local')).toEqual([]);
  expect(await of('slurm')).toEqual(['There is no target "slurm" here. Known: local.']);
});
