/** What SLURM says of a job, in words of ours. */
import type { JobState } from '../../job.js';

/** A line of `squeue`. */
export interface QueueRow {
  id: string;
  /** PENDING, RUNNING, COMPLETED, … */
  state: string;
  /** `n[1-2]`; empty while it has none. */
  nodes: string;
  /** When it is expected to start, or has started; empty where that is unknown. */
  start: string;
  reason: string;
}

/** Fields of a line, parted by |; what may hold one itself comes last. */
export const queueFormat = '%i|%T|%N|%S|%r';

/** Lines that are none are passed over. */
export const queueRows = (answer: string): QueueRow[] =>
  answer.split('\n').flatMap((line) => {
    const [id = '', state = '', nodes = '', start = '', ...reason] = line.trim().split('|');
    return /^\d+$/.test(id) ? [{ id, state, nodes, start: start === 'N/A' ? '' : start, reason: reason.join('|') }] : [];
  });

const queued = new Set(['PENDING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'RESV_DEL_HOLD', 'SPECIAL_EXIT']);
const over = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'REVOKED',
  'TIMEOUT',
]);

/** A state that newer versions of SLURM may have counts as running: its end will be said by a word that is known. */
export const phaseOf = (state: string): 'queued' | 'running' | 'ended' =>
  queued.has(state) ? 'queued' : over.has(state) ? 'ended' : 'running';

/** Of the reasons that jobs wait for, those whose names say too little. */
const reasons: Record<string, string> = {
  None: 'it has just been submitted',
  Priority: 'jobs of higher priority go first',
  Resources: 'it is next, and waits until enough is free',
  BeginTime: 'SLURM holds it back for a while after it was requeued',
  Dependency: 'another job has to end first',
  ReqNodeNotAvail: 'a node that it needs is down or reserved',
  PartitionTimeLimit: 'it asks for more time than its partition gives',
  PartitionNodeLimit: 'it asks for more nodes than its partition has',
  AssocGrpGRES: 'its account has no GPUs left just now',
  QOSMaxJobsPerUserLimit: 'you have as many jobs as its quality of service allows',
};

/** Why a job waits. */
export function waitText({ reason, start }: Pick<QueueRow, 'reason' | 'start'>): string {
  const name = /^\w+/.exec(reason)?.[0] ?? '';
  const why = Object.hasOwn(reasons, name) ? `${reasons[name]} (${reason})` : reason;
  return [why, start === '' ? '' : `expected to start ${start}`].filter(Boolean).join('; ');
}

/** How a job has ended, from `scontrol show job -o` or from a line `State|ExitCode|NodeList` of sacct. */
export function endOf(answer: string): (JobState & { kind: 'ended' }) | undefined {
  const [first = ''] = answer.trim().split('\n');
  const field = (name: string): string | undefined => new RegExp(`(?:^|\\s)${name}=(\\S*)`).exec(first)?.[1];
  const [state, exit, nodes] = first.includes('JobState=')
    ? [field('JobState'), field('ExitCode'), field('NodeList')]
    : first.split('|').map((text) => text.trim());
  // "CANCELLED by 1000"
  const word = state?.split(/[\s+]/)[0] ?? '';
  if (phaseOf(word) !== 'ended') return undefined;
  const [code, signal] = (exit ?? '').split(':').map(Number);
  const isSignalled = Number.isInteger(signal) && signal > 0;
  const where = nodes === undefined || ['', '(null)', 'None assigned'].includes(nodes) ? '' : ` on ${nodes}`;
  return {
    kind: 'ended',
    // A job that was cancelled, or whose node failed, has the code 0 all the same.
    exitCode: isSignalled || !Number.isInteger(code) || (code === 0 && word !== 'COMPLETED') ? null : code,
    signal: isSignalled ? `signal ${signal}` : null,
    detail: `SLURM: ${word}${where}`,
    ...(where === '' && { waiting: true }),
  };
}

/** How often a job was requeued, from `scontrol show job -o`. */
export function restartsOf(answer: string): number | undefined {
  const count = /(?:^|\s)Restarts=(\d+)(?:\s|$)/.exec(answer)?.[1];
  return count === undefined ? undefined : Number(count);
}

/** Whether an answer says that there is no such job; else SLURM could not be asked. */
export const isUnknownJob = (message: string): boolean => /invalid job id/i.test(message);
