/** `grpo-lab show RUN`, `… --step N`, `… --group N`, `… --solution N`: from a run down to the tokens of one solution. */
import type { Failure } from '../../core/failures.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { followRuns } from '../followRuns.js';
import { findRun, knownRuns } from '../runRef.js';
import type { StoreQueries } from '../../store/questions.js';
import type { CliSession } from '../cliSession.js';
import { showGroup } from '../show/showGroup.js';
import { showRun } from '../show/showRun.js';
import { showSolution } from '../show/showSolution.js';
import { showStep } from '../show/showStep.js';

export interface ShowOptions {
  step?: number | 'last';
  /** 1-based, as in addresses and on the pages. */
  group?: number;
  solution?: number;
  follow?: boolean;
  /** Of a step's groups, or a group's solutions: only those. */
  only?: Failure;
}

export async function show(session: CliSession, reference: string, options: ShowOptions): Promise<ExitCode> {
  if (options.group !== undefined && options.step === undefined) throw new CliError('--group needs --step N (or --step last).', exit.usage);
  if (options.solution !== undefined && options.group === undefined) throw new CliError('--solution needs --group N.', exit.usage);
  if (options.only !== undefined && (options.step === undefined || options.solution !== undefined))
    throw new CliError('--only lists groups or solutions: it needs --step N, and no --solution.', exit.usage);
  const surveyed = await session.survey();
  const { output } = session;
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  if (options.follow) return followRuns(session, [id]);
  if (options.step === undefined) await showRun(output, store, id, surveyed.find((run) => run.id === id)?.job);
  else {
    const step = stepOf(store, id, options.step);
    if (options.group === undefined) await showStep(output, store, id, step, options.only);
    else if (options.solution === undefined) await showGroup(output, store, id, step, options.group - 1, options.only);
    else await showSolution(output, store, id, step, options.group - 1, options.solution - 1);
  }
  return exit.ok;
}

function stepOf(store: StoreQueries, id: string, wanted: number | 'last'): number {
  const newest = store.steps(id, { limit: 1 }).rows.at(0);
  if (!newest) throw new CliError(`${id} has no steps with groups yet.`);
  if (wanted === 'last') return newest.step;
  if (store.step(id, wanted)) return wanted;
  throw new CliError(`${id} has no groups of step ${wanted}; the newest is ${newest.step}.`, exit.usage);
}
