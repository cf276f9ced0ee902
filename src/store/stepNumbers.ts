/** What the advantages of a step were made of, as far as the run tells. */
import { isVariant } from '../core/advantageVariants.js';
import { allRows, rowsOf } from '../core/listPages.js';
import type { StoreClientQueries, StoreQueries } from './questions.js';
import { weightsOf } from './termWeights.js';
import type { GroupPlace, GroupVerdicts, StepNumbers } from './views.js';

/** Groups of a step whose numbers are taken in. */
export const mostStepGroups = 256;
/** Checkers that are named. */
const mostCheckers = 50;

type NeededQuestions = 'run' | 'step' | 'examinedGroups' | 'regrades' | 'stepVerdicts';
type Ask = Pick<StoreQueries, NeededQuestions> | Pick<StoreClientQueries, NeededQuestions>;

/** No step has a group of this number: what comes after it is of the next one. */
const noGroup = 2 ** 31;

/** @returns null where the run has no such step */
export async function stepNumbers(id: string, step: number, store: Ask): Promise<StepNumbers | null> {
  const [run, summary] = await Promise.all([store.run(id), store.step(id, step)]);
  if (!run || !summary) return null;
  const first = step === 0 ? undefined : { step: step - 1, group: noGroup };
  const groups: StepNumbers['groups'] = [];
  for await (const g of rowsOf((after: GroupPlace | undefined) => store.examinedGroups(id, { after: after ?? first, limit: 64 }))) {
    if (g.step !== step || groups.length >= mostStepGroups) break;
    groups.push({
      ...{ group: g.group, split: g.split },
      rewards: g.solutions.map((s) => s.reward),
      advantages: g.solutions.map((s) => s.advantage),
      terms: g.solutions.map((s) => s.terms),
      correct: g.solutions.map((s) => s.correct),
    });
  }
  const { reward, method } = run.resolved as { reward?: unknown; method?: unknown };
  const own = typeof method === 'object' && method !== null && 'advantage' in method ? method.advantage : null;
  return {
    ...{ groups, all: summary.groups, normalisation: isVariant(own) ? own : null },
    weights: weightsOf(reward === undefined ? null : JSON.stringify(reward)),
    checkers: (await allRows((after) => store.regrades(id, { after }), mostCheckers)).map(({ name, checker }) => ({ name, checker })),
  };
}

/** What another checker says of the same groups. @param name of its file of grades @returns null where there is none such */
export async function verdictsOfStep(id: string, step: number, name: string, store: Ask): Promise<GroupVerdicts[] | null> {
  if ((await store.stepVerdicts(id, step, name, { limit: 1 })) === null) return null;
  return allRows(async (after) => (await store.stepVerdicts(id, step, name, { after })) ?? { rows: [], next: null }, mostStepGroups);
}
