/** Whether a reward model has the size of the policy that it judges, as far as the experiment files tell. */
import { parseFrom } from './lineage.js';
import type { SchemaFinding } from './findings.js';
import { type NamedOrigin, originsOf } from './origins.js';
import type { Experiment } from './schema.js';

/**
 * A warning rather than an error: a finished run is taken before a file, and the file may have been changed since.
 * @param others experiments that this one may build on
 */
export function checkSizes(e: Experiment, others: readonly Experiment[]): (SchemaFinding & { severity: 'warning' })[] {
  const own = presetOf(e, others);
  // In Python a reward model may be of any size.
  if (own === null || e.backend === 'python') return [];
  return originsOf(e).flatMap(({ kind, from, path }: NamedOrigin) => {
    const model = kind === 'reward_model' ? named(from, others) : undefined;
    const size = model && presetOf(model, others);
    if (!model || !size || size === own) return [];
    const message = `A reward model must have the size of the policy that it judges: "${model.name}" is a ${size}, this policy a ${own}. Start both from the same preset.`;
    return [{ path, at: 'value', severity: 'warning', message }];
  });
}

/** The preset that the weights of an experiment began with; null where the files do not tell: they name a run, or lead in a circle. */
function presetOf(e: Experiment, others: readonly Experiment[], after: readonly Experiment[] = []): string | null {
  if ('preset' in e.policy) return e.policy.preset;
  const before = 'from' in e.policy ? named(e.policy.from, others) : undefined;
  return !before || after.includes(before) ? null : presetOf(before, others, [...after, before]);
}

/** Undefined when no experiment has that name, or several have. */
function named(from: string, among: readonly Experiment[]): Experiment | undefined {
  const found = among.filter((e) => e.name === parseFrom(from)?.target);
  return found.length === 1 ? found[0] : undefined;
}
