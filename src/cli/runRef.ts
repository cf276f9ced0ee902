/** Which run a person means. */
import { allRows } from '../core/listPages.js';
import { closest } from 'fastest-levenshtein';
import { isEvaluation } from '../core/methods.js';
import type { StoreQueries } from '../store/questions.js';
import type { RunSummary } from '../store/views.js';
import { CliError, exit } from './exit.js';

/** All of them, newest first. */
export const knownRuns = (store: StoreQueries): Promise<RunSummary[]> => allRows((after) => store.runs({ after }));

type RunName = Pick<RunSummary, 'id' | 'name' | 'created' | 'method'>;

/**
 * By id, by name, by the beginning of an id, or `last` for the newest. What begins like a run and like its evaluations means the run.
 * @throws CliError when none or several are meant
 */
export function findRun<T extends RunName>(reference: string, runs: readonly T[]): T {
  const newestFirst = [...runs].sort((a, b) => b.created.localeCompare(a.created));
  const byId = newestFirst.find((r) => r.id === reference);
  if (byId) return byId;
  if (reference === 'last' && newestFirst.length > 0) return newestFirst[0];
  const byName = newestFirst.filter((r) => r.name === reference);
  const matches = byName.length > 0 ? byName : newestFirst.filter((r) => r.id.startsWith(reference));
  const trained = matches.filter((r) => !isEvaluation(r.method));
  if (trained.length === 1) return trained[0];
  if (matches.length === 1) return matches[0];
  if (matches.length > 1)
    throw new CliError(`"${reference}" can be any of ${matches.map((r) => r.id).join(', ')}; give the whole id.`, exit.usage);
  if (runs.length === 0)
    throw new CliError(`There is no run "${reference}": there are no runs here. Start one with: grpo-lab run FILE`, exit.usage);
  const near = closest(
    reference,
    newestFirst.flatMap((r) => [r.id, r.name]),
  );
  throw new CliError(`There is no run "${reference}"; did you mean ${near}? (grpo-lab ls lists them)`, exit.usage);
}
