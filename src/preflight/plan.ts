/** What of an experiment can be tried before it is launched. */
import { basename, dirname, resolve } from 'node:path';
import { methods } from '../core/methods.js';
import { dataFrom, type Data } from '../experiment/data.js';
import { isOfPython, termName, type RewardTerm } from '../experiment/rewardTerms.js';
import { parseExperiment, type ExperimentProblem } from '../experiment/parse.js';
import type { Experiment } from '../experiment/schema.js';
import type { PreflightSettings } from '../doctor/preflight/report.js';

/** There is nothing to try, or the file has errors. */
export class PreflightError extends Error {
  /** @param problems places in the file, when that is what is wrong */
  constructor(
    message: string,
    readonly problems: readonly ExperimentProblem[] = [],
  ) {
    super(message);
    this.name = 'PreflightError';
  }
}

export interface PreflightPlan {
  experiment: Experiment;
  settings: PreflightSettings;
  /** With absolute paths; null: the questions are not known here. */
  data: Data | null;
  /** The reward's terms that are judged here. */
  terms: readonly RewardTerm[];
}

/**
 * @param path of the experiment file: what the paths in it are relative to
 * @param questions a file of questions to ask in the place of the experiment's own, relative to this process
 * @throws PreflightError
 */
export function planPreflight(text: string, path: string, questions?: string): PreflightPlan {
  const { experiment, problems } = parseExperiment(text);
  if (!experiment) {
    const errors = problems.filter((p) => p.severity === 'error');
    throw new PreflightError(`${basename(path)} has errors: ${errors[0]?.message ?? 'unreadable.'}`, errors);
  }
  const { method, name, sampling, seed } = experiment;
  const { from, label, trains } = methods[method.name];
  if (trains === 'nothing') throw new PreflightError(`${name} trains nothing: there is nothing to try before it.`);
  if (from === 'texts')
    throw new PreflightError(`${name} learns from given texts (${label}): it samples no solutions and has no reward to try.`);
  const ownReward = experiment.backend === 'command';
  const known = ownReward ? [] : experiment.reward.filter((term) => !isOfPython(term) && term.term !== 'reward_model');
  const unknown = ownReward ? [] : experiment.reward.filter((term) => !known.includes(term));
  return {
    experiment,
    settings: {
      experiment: name,
      method: label,
      size: 'group_size' in method && trains === 'policy' && method.name !== 'ppo' ? method.group_size : null,
      compares: !imitating.includes(method.name),
      temperature: sampling.temperature,
      cap: sampling.max_tokens,
      seed,
      terms: known.map(termName),
      unknownTerms: unknown.map(termName),
      ownReward,
    },
    data: dataToAsk(experiment, path, questions),
    terms: known,
  };
}

/** They imitate what is right: of a group that is right throughout they learn all the same. */
const imitating: readonly string[] = ['rft', 'online-rft'];

function dataToAsk({ data }: Experiment, path: string, questions: string | undefined): Data | null {
  // None is kept apart: who names a file wants its questions.
  if (questions !== undefined) return { questions: resolve(questions), held_out_fraction: Number.EPSILON };
  const own = dataFrom(dirname(resolve(path)), data);
  return 'generator' in own || 'questions' in own ? own : null;
}
