import { asArray, integer, number, text } from '../../files/json.js';
import type { Line } from '../../files/lineTail.js';
import { groupOf } from '../../foreignGroups.js';
import type { ImportItem, SourceFile } from '../../importer.js';
import { Accuracy, foreignGrade, rightOf } from '../../parts/grading.js';
import { LineGroups, type RowFormat } from '../../parts/lineGroups.js';

export interface Dump {
  file: SourceFile;
  /** From the file's name; null when it has another one. */
  step: number | null;
  /** Whether the first line has the key `reward`, which validations add. */
  reward: boolean;
}

/** `rollouts/12.jsonl` is of step 12. */
export function stepOfName(name: string): number | null {
  const match = /(?:^|\/)(\d{1,12})\.jsonl$/.exec(name);
  return match ? Number(match[1]) : null;
}

/** Folders whose dumps are validations: by their name, by a step 0 (training begins at 1), or by the key that only validations have. */
export function validationFolders(dumps: readonly Dump[]): Set<string> {
  const folders = new Map<string, Dump[]>();
  for (const dump of dumps) {
    const folder = dump.file.name.slice(0, Math.max(0, dump.file.name.lastIndexOf('/')));
    folders.set(folder, [...(folders.get(folder) ?? []), dump]);
  }
  const isValidation = (folder: string, files: readonly Dump[]): boolean => {
    const name = folder.split('/').at(-1) ?? '';
    if (/val/i.test(name)) return true;
    if (/train|rollout/i.test(name)) return false;
    return files.some(({ step }) => step === 0) || files.every(({ reward }) => reward);
  };
  return new Set([...folders].filter(([folder, files]) => isValidation(folder, files)).map(([folder]) => folder));
}

export interface Row {
  step: number;
  input: string;
  output: string;
  gold: string | null;
  score: number | null;
  extras: Record<string, number>;
  right: boolean | null;
  answer: string | null;
}

const base = new Set(['input', 'output', 'gts', 'score', 'step', 'uid', 'request_id', 'reward']);

/** @param folder of a validation; null for training */
export const rolloutsPart = (file: SourceFile, step: number | null, folder: string | null): LineGroups<Row, Rollouts> =>
  new LineGroups(file, new Rollouts(step, folder));

/** @returns the uid without its last two parts, which number samples of a group; null when it has not as many */
const groupOfUid = (uid: string | null): string | null => /^(.*)_[^_]*_[^_]*$/s.exec(uid ?? '')?.[1] ?? null;

/** A dump of one step. */
class Rollouts implements RowFormat<Row> {
  byText = false;
  /** Names of other numbers that the reward function returns. */
  readonly extras = new Set<string>();
  readonly isValidation: boolean;
  private readonly accuracy = new Accuracy();
  private last = { checker: 'verl score', step: 0 };

  constructor(
    private readonly step: number | null,
    private readonly validation: string | null,
  ) {
    this.isValidation = validation !== null;
  }

  row(value: Record<string, unknown>, line: Line): { key: string; row: Row } {
    const input = text(value.input);
    const output = text(value.output);
    if (input === null || output === null) throw new Error('"input" and "output" must be texts.');
    const step = integer(value.step) ?? this.step;
    if (step === null || step < 0) throw new Error('"step" must be a whole number that is not negative.');
    if (this.step !== null && step !== this.step) throw new Error(`step ${step}; the file's name says ${this.step}.`);
    const gts = value.gts ?? null;
    const gold = gts === null ? null : (text(gts) ?? JSON.stringify(gts));
    const extras = this.extrasOf(value);
    const group = groupOfUid(text(value.uid));
    if (group === null) this.byText = true;
    const key = group === null ? `t${gold?.length ?? '-'} ${gold ?? ''}${input}` : `u${group}`;
    this.last.step = line.line === 1 ? step : this.last.step;
    const row: Row = {
      step,
      input,
      output,
      gold,
      score: number(value.score),
      extras,
      right: rightOf(value.acc),
      answer:
        text(value.pred) ?? (typeof value.pred === 'number' ? String(value.pred) : (asArray(value.pred)?.map(String).join(', ') ?? null)),
    };
    return { key: `${step} ${key}`, row };
  }

  private extrasOf(value: Record<string, unknown>): Record<string, number> {
    const extras: Record<string, number> = {};
    for (const name of Object.keys(value)) {
      const n = base.has(name) ? null : number(value[name]);
      if (n === null) continue;
      extras[name] = n;
      if (this.extras.size < 200) this.extras.add(name);
    }
    return extras;
  }

  begin(): void {
    this.accuracy.clear();
  }

  firstStep(): number {
    return this.step ?? this.last.step;
  }

  *group(rows: Row[], group: number, index: number): Iterable<ImportItem> {
    const [{ step, input, gold }] = rows;
    const judged = rows.every(({ right }) => right !== null);
    if (this.isValidation)
      this.accuracy.set(
        index,
        rows.map(({ right, score }) => (judged ? right : rightOf(score))),
      );
    this.last = { checker: judged ? 'verl acc' : 'verl score', step };
    yield {
      kind: 'event',
      event: groupOf({
        step,
        group,
        question: input,
        gold,
        ...(this.isValidation && { info: { split: 'validation' } }),
        solutions: rows.map((row) => ({
          text: row.output,
          rewards: { score: row.score, ...row.extras },
          reward: row.score ?? NaN,
          correct: row.right,
          grade: foreignGrade(row.right, 'verl acc', 'acc', row.answer),
        })),
      }),
    };
  }

  *end(): Iterable<ImportItem> {
    const found = this.accuracy.get();
    if (!found) return;
    const suite = this.validation?.split('/').at(-1) ?? '';
    yield {
      kind: 'event',
      event: {
        type: 'benchmark',
        step: this.last.step,
        suite: suite === '' ? 'validation' : suite,
        mode: found.k === 1 ? 'single sample' : `avg@${found.k}`,
        value: found.value,
        n: found.n,
        checker: this.last.checker,
      },
    };
  }
}
