/**
 * The evaluation of Qwen2.5-Math, which many others took over: a question a line, with its K samples in the lists `code`, `pred`,
 * `score`. Source: QwenLM/Qwen2.5-Math, `evaluation/math_eval.py`.
 */
import { basename, dirname } from 'node:path';
import { chatOf } from '../../files/chat.js';
import { asArray, asRecord, integer, text } from '../../files/json.js';
import { groupOf, type ForeignSolution } from '../../foreignGroups.js';
import type { ForeignRun, ImportItem, Importer, Source, SourceFile } from '../../importer.js';
import { EVALUATION_STEP } from '../../parts/evaluationScores.js';
import { Accuracy, foreignGrade, rightOf } from '../../parts/grading.js';
import type { RowFormat } from '../../parts/lineGroups.js';
import { detectLines, lineRuns, LinesSession } from '../../parts/linesSession.js';
import { folderOf } from '../../severalRuns.js';

function isRow(line: unknown): boolean {
  const row = asRecord(line);
  return row !== null && asArray(row.code) !== null && asArray(row.pred) !== null && asArray(row.score) !== null && 'gt' in row;
}

export const qwenMath: Importer = {
  id: 'qwen-math',
  title: 'Qwen2.5-Math evaluation',
  several: lineRuns(
    isRow,
    // A folder for each data set, in the model's.
    (name) => folderOf(folderOf(name)),
    'They are read as one, their groups one behind another; of two scores of the same folder’s and file’s name, the last one stands.',
  ),
  detect: (source) => detectLines(source, isRow, 'lists code, pred and score'),
  open: (source) => new QwenMathSession(source),
};

class QwenMathSession extends LinesSession<Sampled, QwenMathLines> {
  constructor(source: Source) {
    super(source, { isRow, format: (file) => new QwenMathLines(file) });
  }

  describe(): Promise<ForeignRun> {
    const name = basename(this.source.root).replace(/\.jsonl$/, '');
    return Promise.resolve({ name, method: 'eval', totalSteps: null, seed: null, config: {}, versions: {} });
  }
}

interface Sampled {
  question: string;
  gold: string | null;
  /** Kind and level of the question, where the data set has them. */
  info: Record<string, string | number>;
  solutions: ForeignSolution[];
  right: (boolean | null)[];
}

class QwenMathLines implements RowFormat<Sampled> {
  private readonly accuracy = new Accuracy();
  /** The folder is called after the data set, the file after how it was sampled. */
  private readonly suite: string;

  constructor({ path }: SourceFile) {
    this.suite = `${basename(dirname(path))}/${basename(path).replace(/\.(?:jsonl|ndjson)$/i, '')}`.slice(0, 200);
  }

  begin(): void {
    this.accuracy.clear();
  }

  firstStep(): number {
    return EVALUATION_STEP;
  }

  row(value: Record<string, unknown>): { key: string; row: Sampled } {
    const idx = integer(value.idx);
    if (idx === null) throw new Error('no whole number "idx".');
    const code = asArray(value.code);
    if (!code) throw new Error('no list "code".');
    /** A list of another length belongs to other samples. */
    const listOf = (name: string): unknown[] => {
      const list = asArray(value[name] ?? []);
      if (!list || (list.length !== code.length && list.length > 0))
        throw new Error(`"code" has ${code.length} samples, and "${name}" ${list ? `has ${list.length} values` : 'is no list'}.`);
      return list;
    };
    const [preds, scores, finishes] = [listOf('pred'), listOf('score'), listOf('finish_reason')];
    const right = code.map((_, i) => rightOf(scores[i]));
    const gold = value.gt ?? value.answer ?? null;
    return {
      key: String(idx),
      row: {
        question: text(value.question) ?? text(value.problem) ?? chatOf(value.prompt).text,
        gold: gold === null ? null : (text(gold) ?? JSON.stringify(gold)),
        info: Object.fromEntries(
          ['type', 'subject', 'level'].flatMap((name): [string, string | number][] => {
            const known = text(value[name]) ?? integer(value[name]);
            return known === null || known === '' ? [] : [[name, known]];
          }),
        ),
        solutions: code.map((sample, i): ForeignSolution => {
          const score = right[i] === null ? null : Number(right[i]);
          return {
            text: chatOf(sample).text,
            rewards: { score },
            reward: score,
            correct: right[i],
            grade: foreignGrade(right[i], 'Qwen2.5-Math evaluation', 'score', text(preds[i]) === '' ? null : text(preds[i])),
            finish: finishes[i] === 'length' ? 'length' : finishes[i] === 'stop' ? 'stop' : 'other',
          };
        }),
        right,
      },
    };
  }

  /** A question that a second run took up again has its samples in one group. */
  *group(rows: Sampled[], group: number, index: number): Iterable<ImportItem> {
    const [{ question, gold, info }] = rows;
    this.accuracy.set(
      index,
      rows.flatMap(({ right }) => right),
    );
    yield {
      kind: 'event',
      event: groupOf({
        step: EVALUATION_STEP,
        group,
        question,
        gold,
        solutions: rows.flatMap(({ solutions }) => solutions),
        info: { task: this.suite, ...info },
      }),
    };
  }

  *end(): Iterable<ImportItem> {
    const found = this.accuracy.get();
    if (!found) return;
    const mode = found.k === 1 ? 'single sample' : `avg@${found.k}`;
    yield {
      kind: 'event',
      event: {
        type: 'benchmark',
        step: EVALUATION_STEP,
        suite: this.suite,
        mode,
        value: found.value,
        n: found.n,
        checker: 'Qwen2.5-Math evaluation',
        samples: found.k,
      },
    };
  }
}
