import { expect, test } from 'vitest';
import { endOf, isUnknownJob, phaseOf, queueRows, restartsOf, waitText } from '../../../../../src/launch/targets/slurm/jobStates.js';
import { offersOf } from '../../../../../src/launch/targets/slurm/offers.js';

test('lines of squeue become rows; what is no line of a job is passed over', () => {
  expect(queueRows('12|PENDING||N/A|Priority\n13|RUNNING|n[1-2]|2026-01-02T03:04:05|None\nslurm_load_jobs error\n\n')).toEqual([
    { id: '12', state: 'PENDING', nodes: '', start: '', reason: 'Priority' },
    { id: '13', state: 'RUNNING', nodes: 'n[1-2]', start: '2026-01-02T03:04:05', reason: 'None' },
  ]);
});

test('why it waits is said in words, and in SLURM’s own where we know none', () => {
  expect(waitText({ reason: 'Priority', start: '' })).toBe('jobs of higher priority go first (Priority)');
  expect(waitText({ reason: 'QOSGrpBilling', start: '2026-01-02T03:04:05' })).toBe('QOSGrpBilling; expected to start 2026-01-02T03:04:05');
  expect(waitText({ reason: 'ReqNodeNotAvail, UnavailableNodes:n1', start: '' })).toMatch(
    /^a node .* \(ReqNodeNotAvail, UnavailableNodes:n1\)$/,
  );
});

test('states queue, run or end; a state of a newer version is no end', () => {
  expect(['PENDING', 'REQUEUED', 'RUNNING', 'COMPLETING', 'SOMETHING_NEW', 'TIMEOUT'].map(phaseOf)).toEqual([
    ...['queued', 'queued', 'running', 'running', 'running', 'ended'],
  ]);
});

test.each([
  ['JobId=1 JobState=FAILED Reason=NonZeroExitCode ExitCode=7:0 NodeList=n1', { exitCode: 7, signal: null, detail: 'SLURM: FAILED on n1' }],
  [
    'JobId=1 JobState=COMPLETED Reason=None ExitCode=0:0 NodeList=n[1-2]',
    { exitCode: 0, signal: null, detail: 'SLURM: COMPLETED on n[1-2]' },
  ],
  ['JobId=1 JobState=CANCELLED Reason=None ExitCode=0:0 NodeList=(null)', { exitCode: null, detail: 'SLURM: CANCELLED', waiting: true }],
  ['JobId=1 JobState=OUT_OF_MEMORY ExitCode=0:9 NodeList=n1', { exitCode: null, signal: 'signal 9' }],
  ['CANCELLED by 1000|0:0|n1\n', { exitCode: null, signal: null, detail: 'SLURM: CANCELLED on n1' }],
  ['TIMEOUT|0:0|n1', { exitCode: null, detail: 'SLURM: TIMEOUT on n1' }],
])('how a job has ended: %s', (answer, end) => {
  expect(endOf(answer)).toMatchObject({ kind: 'ended', ...end });
});

test('a job that goes on has not ended, and an unknown one is told from a controller that is away', () => {
  expect(endOf('JobId=1 JobState=PENDING ExitCode=0:0')).toBeUndefined();
  expect(endOf('')).toBeUndefined();
  expect(isUnknownJob('slurm_load_jobs error: Invalid job id specified')).toBe(true);
  expect(isUnknownJob('slurm_load_jobs error: Unable to contact slurm controller (connect failure)')).toBe(false);
});

test('how often a job was requeued', () => {
  expect(restartsOf('JobId=1 JobState=COMPLETING Requeue=1 Restarts=2 BatchFlag=2')).toBe(2);
  expect(restartsOf('JobId=1 JobState=COMPLETING')).toBeUndefined();
});

test('what a cluster has, a row for each partition', () => {
  expect(offersOf('gpu|up|3/5/0/8|64+|515000|gpu:h100:4(S:0-1),gpu:a100:2\ncpu|down|0/0/2/2|8|2000|(null)\n')).toEqual([
    { name: 'gpu', state: 'up, 5 of 8 nodes idle', cpus: 64, memoryBytes: 515000 * 1024 ** 2, gpus: ['gpu:h100:4(S:0-1)', 'gpu:a100:2'] },
    { name: 'cpu', state: 'down, 0 of 2 nodes idle', cpus: 8, memoryBytes: 2000 * 1024 ** 2, gpus: [] },
  ]);
});
