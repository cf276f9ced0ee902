import type { RunSummary } from '../store/views.js';

/** What becomes of a request to stop that was left for a run which cannot be ended from here: each trainer looks for it in its own way. */
export function stopRequestText({ backend, importedFrom }: Pick<RunSummary, 'backend' | 'importedFrom'>): string {
  if (importedFrom !== null) return 'was asked to stop where it runs: it is no longer followed in a moment';
  if (backend === 'embedded' || backend === 'python') return 'was asked to stop where it runs: it ends after its step, with a checkpoint';
  if (backend === 'endpoint') return 'was asked to stop where it runs: what was answered up to then is kept';
  if (backend === 'command') return 'was asked to stop where it runs: its command is asked to end in a moment';
  return 'is not watched by GRPO Lab, which cannot end it: a request to stop (stop.request) lies in its folder, should it look for one';
}
