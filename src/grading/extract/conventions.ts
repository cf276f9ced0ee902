import type { Convention } from './extraction.js';

/** Conventions by name, for a person to choose from. */
export const conventions: readonly Convention[] = ['gsm8k', 'math', 'cmath', 'mgsm-zh', 'choice', 'tool'];

/** Words of a benchmark's name, as harnesses write it (`gsm8k_cot`, `hendrycks_math_500`, `mgsm_native_cot_zh`); the first match holds. */
const conventionNames: readonly [name: RegExp, convention: Convention][] = [
  [/mgsm.*[-_ ]zh/, 'mgsm-zh'],
  [/cmath/, 'cmath'],
  [/gsm[-_ ]?8k|gsm[-_ ]?plus|gsm[-_ ]?symbolic/, 'gsm8k'],
  [/mathqa|mmlu|(?:^|[^a-z])sat(?:[^a-z]|$)|aqua|(?:^|[^a-z])arc(?:[^a-z]|$)|agieval|ceval|cmmlu|gpqa/, 'choice'],
  [/(?:^|[^a-z])math(?:[^a-z]|$)|minerva|aime|amc|olympiad|ocw/, 'math'],
];

/**
 * How the solutions of a run state their answers, from the names of its benchmarks or data sets.
 * @returns undefined where a name is not known, or two disagree: then the general order holds
 */
export function conventionOf(names: readonly string[]): Convention | undefined {
  const found = new Set(names.map((name) => conventionNames.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1]));
  const [only] = found;
  return found.size === 1 ? only : undefined;
}
