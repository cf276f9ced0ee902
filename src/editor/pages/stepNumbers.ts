/** What the advantages of a step were made of, as far as the run tells. */
import { isVariant } from '../../core/advantageVariants.js';
import { rowsOf } from '../../core/listPages.js';
import { mostStepGroups, type StepNumbers } from '../../contracts/group.js';
import type { StoreClientQueries } from '../../store/questions.js';
import { weightsOf } from '../../store/termWeights.js';
import type { GroupPlace } from '../../store/views.js';

/** No step has a group of this number: what comes after it is of the next one. */
const noGroup = 2 ** 31;

export async function stepNumbers(id: string, step: number, store: StoreClientQueries): Promise<StepNumbers | null> {
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
    });
  }
  const { reward, method } = run.resolved as { reward?: unknown; method?: unknown };
  const own = typeof method === 'object' && method !== null && 'advantage' in method ? method.advantage : null;
  return {
    ...{ groups, all: summary.groups, normalisation: isVariant(own) ? own : null },
    weights: weightsOf(reward === undefined ? null : JSON.stringify(reward)),
  };
}
