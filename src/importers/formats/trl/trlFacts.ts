import { count } from '../../../core/format.js';
import { asArray, integer, number } from '../../files/json.js';
import { trlRewardTerm } from '../../foreignMetrics.js';
import type { ImportNote } from '../../importer.js';

const shownNames = 4;

/** What the files of a TRL run tell of each other. */
export class TrlFacts {
  /** The trainer's arguments, from TensorBoard. */
  args: Record<string, unknown> | null = null;
  state: Record<string, unknown> | null = null;
  /** Names of reward functions, from metrics. */
  readonly terms = new Set<string>();
  /** Reward columns of the files, in their order. */
  columns: readonly string[] = [];
  /** Group size that the runs of equal prompts in each step's file would have. */
  readonly runs = new Map<number, number>();
  readonly evaluated = new Set<number>();
  readonly repeated = new Set<number>();
  /** Digest of the rows of each step's file. */
  readonly digests = new Map<number, string>();
  /** Steps whose file holds rows of an evaluation. */
  readonly overwritten = new Set<number>();
  /** Steps whose last group is short. */
  readonly uneven = new Set<number>();
  /** Steps whose groups stand among each other in their file. */
  readonly gathered = new Set<number>();
  /** Groups of which the roles in the prompt are guessed, told again included. */
  guessedPrompts = 0;
  /** Mean reward as logged, by step. */
  readonly means = new Map<number, number>();
  /** Names of the metrics that trainer_state.json has, by step. */
  readonly exact = new Map<number, Set<string>>();
  /** Logged and computed mean of the first step at which they differ. */
  disagreement: { step: number; logged: number; computed: number } | null = null;
  /** Rows are in no group of their own: nothing tells the size. */
  ungrouped = false;
  private seesMetrics = false;
  private seesRewards = false;
  /** Names of metrics as TRL before 0.17 has them. */
  private readonly older = new Set<string>();

  constructor(private readonly groupSizeOption: number | null) {}

  /** @returns null when rows have to tell it */
  groupSize(evaluation: boolean): number | null {
    if (this.groupSizeOption !== null) return this.groupSizeOption;
    const own = evaluation ? integer(this.args?.num_generations_eval) : null;
    return own ?? integer(this.args?.num_generations);
  }

  /** Group size that the runs of equal prompts in all training files allow. */
  get inferred(): number | null {
    let size = 0;
    for (const [step, run] of this.runs) if (!this.evaluated.has(step)) size = gcd(size, run);
    return size > 1 ? size : null;
  }

  /** Weight of each reward column, when the arguments tell. */
  get weights(): Record<string, number> | null {
    const weights = asArray(this.args?.reward_weights)?.map(number);
    if (this.args?.reward_weights === null && this.columns.length > 0) return Object.fromEntries(this.columns.map((name) => [name, 1]));
    if (weights?.length !== this.columns.length || weights.length === 0 || weights.some((w) => w === null)) return null;
    return Object.fromEntries(this.columns.map((name, i) => [name, weights[i]!]));
  }

  /** Hears of a metric by its name in TensorBoard. */
  logged(tag: string, step: number): void {
    this.seesMetrics = true;
    if (tag.startsWith('eval/')) this.evaluated.add(step);
    const name = tag.replace(/^(?:train|eval)\//, '');
    if (name === 'reward') this.seesRewards = true;
    const term = trlRewardTerm(name);
    if (term !== null) this.terms.add(term);
    if (term !== null && !name.endsWith('/mean') && this.older.size < shownNames) this.older.add(name);
  }

  /** Whether it is a run of reinforcement learning: a supervised one has no rewards. */
  get isReinforced(): boolean {
    return this.seesRewards || this.digests.size > 0;
  }

  isExact(step: number, name: string): boolean {
    return this.exact.get(step)?.has(name) ?? false;
  }

  *notes(): Iterable<ImportNote> {
    if (this.older.size > 0)
      yield {
        id: 'version',
        level: 'info',
        message: `The log is read as one of TRL before 0.17: means of reward functions are ${[...this.older].join(', ')}, without “/mean”.`,
      };
    if (this.groupSize(false) === null && this.inferred !== null)
      yield {
        id: 'groups',
        level: 'warning',
        message: `Groups of ${this.inferred}: inferred from runs of equal prompts. Set the group size if that is wrong.`,
        setting: 'groupSize',
      };
    if (this.ungrouped)
      yield {
        id: 'ungrouped',
        level: 'warning',
        message: 'No prompt follows itself, so nothing tells the group size: each row stands alone. Set the group size (num_generations).',
        setting: 'groupSize',
      };
    if (this.gathered.size > 0)
      yield {
        id: 'gathered',
        level: 'info',
        message: `The rows of ${steps(this.gathered)} do not stand in blocks of one prompt: those with equal prompts were put together, in the order of the file.`,
        setting: 'groupSize',
      };
    if (this.guessedPrompts > 0)
      yield {
        id: 'turns',
        level: 'info',
        message: `Who said what in ${count(this.guessedPrompts, 'prompt')} is read off lines that are a role's name alone: TRL logs prompts without the special tokens of their chat template.`,
      };
    if (this.uneven.size > 0)
      yield {
        id: 'uneven',
        level: 'warning',
        message: `The rows of ${steps(this.uneven)} are no multiple of the group size: the last group is short. Set the group size if that is wrong.`,
        setting: 'groupSize',
      };
    if (this.overwritten.size > 0)
      yield {
        id: 'evaluation',
        level: 'warning',
        message: `The rows of ${steps(this.overwritten)} are those of an evaluation: TRL writes them over the training rows of the same step, which are lost. They are marked split = evaluation.`,
      };
    if (this.repeated.size > 0)
      yield {
        id: 'repeated',
        level: 'info',
        message:
          `${steps(this.repeated)} trained on rows of the step before once more (num_iterations, or steps_per_generation); they are shown once.`.replace(
            /^s/,
            'S',
          ),
      };
    if (!this.seesMetrics && this.state === null && this.columns.length > 0)
      yield {
        id: 'no-metrics',
        level: 'info',
        message:
          'There is no trainer_state.json and no TensorBoard file: curves are missing, and rows of an evaluation cannot be told from training rows.',
      };
    if (this.columns.length > 1 && this.weights === null)
      yield this.disagreement === null
        ? {
            id: 'weights',
            level: 'info',
            message: 'The files do not tell the reward weights: totals are plain sums of the reward columns.',
          }
        : {
            id: 'weights',
            level: 'warning',
            message: `Totals are plain sums of the reward columns, but the run has other weights: the mean total of step ${this.disagreement.step} is ${fixed(this.disagreement.computed)} as a sum and ${fixed(this.disagreement.logged)} in TRL's log.`,
          };
  }
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

const fixed = (x: number): string => x.toPrecision(4);

/** `steps 2, 4 and 6` */
function steps(numbers: Iterable<number>): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const shown = sorted.length > 12 ? [...sorted.slice(0, 12).map(String), `${sorted.length - 12} more`] : sorted.map(String);
  return sorted.length === 1 ? `step ${shown[0]}` : `steps ${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}
