import { expect, test } from 'vitest';
import type { Job, JobState } from '../../../src/launch/job.js';
import { jobText } from '../../../src/launch/jobText.js';

const text = (state: JobState, target = 'slurm') => jobText({ record: { target }, where: 'SLURM job 12' } as Job, state);

test('a job says where it is and why it waits, while it lives and is not of this machine', () => {
  expect(text({ kind: 'queued', detail: 'Priority' })).toBe('SLURM job 12 waits: Priority');
  expect(text({ kind: 'queued' })).toBe('SLURM job 12 waits');
  expect(text({ kind: 'running', detail: 'on n1' })).toBe('SLURM job 12');
  expect(text({ kind: 'unknown', detail: 'no answer' })).toBe('SLURM job 12 cannot be asked about: no answer');
  expect(text({ kind: 'gone' })).toBeUndefined();
  expect(text({ kind: 'running' }, 'local')).toBeUndefined();
});
