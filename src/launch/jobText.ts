import type { Job, JobState } from './job.js';

/**
 * Where a run is carried out and why it waits, for people: `SLURM job 12 waits: jobs of higher priority go first (Priority)`.
 * @returns undefined of a job on this machine, of which there is nothing to say, and of one that is over
 */
export function jobText({ record, where }: Job, { kind, detail }: JobState): string | undefined {
  if (record.target === 'local') return undefined;
  switch (kind) {
    case 'queued':
      return `${where} waits${detail === undefined ? '' : `: ${detail}`}`;
    case 'running':
      return where;
    case 'unknown':
      return `${where} cannot be asked about${detail === undefined ? '' : `: ${detail}`}`;
    case 'ended':
    case 'gone':
      return undefined;
  }
}
