/** Rollouts that no two of are alike: 8 of each question, about 1,400 characters each. */
export const GROUP = 8;
/** Rows of a step, as verl's examples train. */
export const BATCH = 1024 * GROUP;

export function textOf(row: number): string {
  let text = '';
  for (let i = 0; i < 24; i++) text += `Step ${i + 1}: we have ${(row * 31 + i * 17) % 9973} and add ${(row + i) % 97}, "so" it is.\n`;
  return `${text}The answer is ${row % 100}.`;
}
/** As models write that are to answer only. */
export const shortOf = (row: number): string => `The answer is ${row % 100}.`;
export const questionOf = (row: number): string => `What is ${Math.floor(row / GROUP)} plus ${Math.floor(row / GROUP) % 13}?`;
export const stepOf = (row: number): number => Math.floor(row / (GROUP * 64));
export const rewardOf = (row: number): number => Number(row % 3 === 0);
export const rowOf = (row: number, output = textOf(row)) => ({
  step: stepOf(row),
  question: questionOf(row),
  output,
  reward: rewardOf(row),
});

/** Numbers of each token, as some trainers write them with a solution. */
export const TOKENS = 400;
export const perToken = (row: number, of: (seed: number) => number): number[] =>
  Array.from({ length: TOKENS }, (_, t) => of(row * 7919 + t * 104729));
export const tokenOf = (seed: number): number => seed % 150_000;
export const logprobOf = (seed: number): number => -((seed * 2654435761) % 2 ** 32) / 2 ** 31;

/** Of the generic format. */
export const mapping = { step: 'step', question: 'question', solution: 'output', reward: 'reward' };
