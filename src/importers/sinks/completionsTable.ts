/**
 * The table `completions` that TRL's GRPO and RLOO trainers send to wandb and trackio: a row per completion, rows of a group
 * consecutive, no group key. Source: trl 1.13.0, trainer/{grpo,rloo}_trainer.py, `log`.
 */
import { asArray, integer, number, text } from '../files/json.js';
import { gatheredOrder, groupOf, inferGroupSize, type GroupBody } from '../foreignGroups.js';
import type { ForeignRun, ImportNote } from '../importer.js';

export type TableRow = Readonly<Record<string, unknown>>;

export interface TableOptions {
  /** The person's, or the trainer's own `num_generations`. */
  groupSize: number | null;
  /** Weights in the order of the reward columns (`reward_weights`). */
  weights: readonly number[] | null;
}

export interface TableGroups {
  groups: GroupBody[];
  notes: ImportNote[];
}

/** Whether columns are those of TRL's table, which had a `reward` before it had terms and advantages (early 2025). */
export const isCompletions = (columns: readonly string[]): boolean =>
  ['prompt', 'completion'].every((name) => columns.includes(name)) && (columns.includes('advantage') || columns.includes('reward'));

/**
 * @param columns in their order: the numeric ones behind `completion`, up to `advantage`, are reward terms
 * @param step for rows that tell none
 * @throws RangeError when a row is none of the table's: `row 3 has no text completion`
 */
export function completionGroups(
  columns: readonly string[],
  inTable: readonly TableRow[],
  step: number,
  options: TableOptions,
): TableGroups {
  const end = columns.indexOf('advantage');
  const between = columns.slice(columns.indexOf('completion') + 1, end < 0 ? columns.length : end);
  const terms = between.filter(
    (name) => inTable.some((row) => number(row[name]) !== null) && inTable.every((row) => row[name] === null || number(row[name]) !== null),
  );
  const weights = Object.fromEntries(terms.map((name, i) => [name, options.weights?.[i] ?? 1]));
  for (const [i, row] of inTable.entries())
    if (text(row.completion) === null || text(row.prompt) === null)
      throw new RangeError(`row ${i} has no text ${text(row.prompt) === null ? 'prompt' : 'completion'}`);

  const { rows, notes } = gathered(inTable, options.groupSize);
  const { size, note } = sizeOf(rows, options.groupSize);
  const groups: GroupBody[] = [];
  for (let start = 0; start < rows.length; start += size) {
    const group = rows.slice(start, start + size);
    const question = text(group[0].prompt) ?? '';
    groups.push(
      groupOf({
        step: stepOfRow(group[0]) ?? step,
        group: groups.length,
        question,
        gold: goldOf(between, group),
        weights,
        solutions: group.map((row) => ({
          text: text(row.completion) ?? '',
          rewards: Object.fromEntries(terms.map((name) => [name, number(row[name])])),
          advantage: number(row.advantage),
        })),
      }),
    );
  }
  return { groups, notes: [...notes, ...(note ? [note] : [])] };
}

/** Rows of one prompt together, where those of a step stand among each other. */
function gathered(rows: readonly TableRow[], size: number | null): { rows: readonly TableRow[]; notes: ImportNote[] } {
  const prompts = rows.map((row) => text(row.prompt) ?? '');
  const order = new Set(rows.map(stepOfRow)).size === 1 ? gatheredOrder(prompts, size) : null;
  if (!order) return { rows, notes: [] };
  const message =
    'Rows of tables do not stand in blocks of one prompt: those with equal prompts were put together, in the order of the table.';
  return { rows: order.map((i) => rows[i]), notes: [{ id: 'table:gathered', level: 'info', message, setting: 'groupSize' }] };
}

/** Early tables have it as text. */
export const stepOfRow = ({ step }: TableRow): number | null =>
  integer(typeof step === 'string' && /^\d{1,12}$/.test(step) ? Number(step) : step);

function sizeOf(rows: readonly TableRow[], givenSize: number | null): { size: number; note: ImportNote | null } {
  if (givenSize !== null && givenSize > 0) {
    const fits = rows.length % givenSize === 0;
    return {
      size: givenSize,
      note: fits
        ? null
        : guess(`${rows.length} rows are no whole number of groups of ${givenSize}: the last group of a step is short.`, 'warning'),
    };
  }
  const inferred = inferGroupSize(rows.map((row) => text(row.prompt) ?? ''));
  return inferred === null
    ? {
        size: 1,
        note: guess(
          'No two neighbouring rows have the same prompt, so every row is a group of its own. Set the group size if that is wrong.',
          'warning',
        ),
      }
    : {
        size: inferred,
        note: guess(`Groups of ${inferred}: inferred from runs of equal prompts. Set the group size if that is wrong.`, 'info'),
      };
}

const guess = (message: string, level: ImportNote['level']): ImportNote => ({ id: 'table:groups', level, message, setting: 'groupSize' });

/** An extra column named like a reference answer that says the same for the whole group. */
function goldOf(columns: readonly string[], rows: readonly TableRow[]): string | null {
  for (const name of columns)
    if (/^(gold|answer|solution|ground_truth|target)$/.test(name)) {
      const value = text(rows[0][name]);
      if (value !== null && rows.every((row) => row[name] === value)) return value;
    }
  return null;
}

/** TRL's options among a sink's configuration. */
export function tableOptions(config: Readonly<Record<string, unknown>>, groupSize: number | undefined): TableOptions {
  const weights = asArray(config.reward_weights)?.map(number);
  return {
    groupSize: groupSize ?? integer(config.num_generations),
    weights: weights?.every((w) => w !== null) ? weights : null,
  };
}

/** What a sink's configuration tells of the run. */
export function factsOf(config: Record<string, unknown>): Omit<ForeignRun, 'name'> {
  const steps = integer(config.max_steps);
  return {
    method: methodOf(config),
    totalSteps: steps !== null && steps > 0 ? steps : null,
    seed: integer(config.seed),
    config,
    versions: {},
  };
}

/** `RLOOTrainer` and `GRPOTrainer` differ in options that only one of them has. */
const methodOf = (config: Readonly<Record<string, unknown>>): string | null =>
  'normalize_advantages' in config ? 'rloo' : 'scale_rewards' in config || 'num_generations' in config ? 'grpo' : null;
