import { ImportError, type ImportItem, type SourceFile } from '../importer.js';
import { groupOf } from '../foreignGroups.js';
import { Accuracy, rightOf } from '../parts/grading.js';
import { LineGroups, type RowFormat } from '../parts/lineGroups.js';
import { traceOf } from '../parts/trace.js';
import { episodeOf, type Answer, type Episode } from './episode.js';

/** What all files of a source have seen together. */
export class EpisodeFacts {
  readonly weights: Record<string, number> = {};
  readonly environments = new Set<string>();
  /** Files with episodes that ended before anything was sampled. */
  readonly empty = new Map<string, number>();
  branched = false;
  traced = false;
}

export interface TracesAt {
  /** Step that the folder names; null leaves it to the lines, and 1 where they do not say either. */
  step: number | null;
  /** Shown with each group: `eval`. */
  split: string | null;
  /** Whether right answers are counted up to a benchmark. */
  evaluation: boolean;
}

/** Hears of each solution that token exports may belong to. */
export type OnAnswer = (at: { step: number; group: number; solution: number }, answer: Answer) => void;

export type TracesPart = LineGroups<Episode>;

/** @param onAnswer hears of every solution told */
export const tracesPart = (file: SourceFile, at: TracesAt, facts: EpisodeFacts, onAnswer: OnAnswer = () => undefined): TracesPart =>
  new LineGroups(file, new Traces(file, at, facts, onAnswer));

/** `traces.jsonl`: episodes in the order in which they ended. */
class Traces implements RowFormat<Episode> {
  private readonly accuracy = new Accuracy();
  private step: number;

  constructor(
    private readonly file: SourceFile,
    private readonly at: TracesAt,
    private readonly facts: EpisodeFacts,
    private readonly onAnswer: OnAnswer,
  ) {
    this.step = at.step ?? 1;
  }

  begin(): void {
    this.accuracy.clear();
    this.facts.empty.delete(this.file.name);
  }

  firstStep(): number {
    return this.step;
  }

  row(value: Record<string, unknown>): { key: string; row: Episode } | null {
    const episode = episodeOf(value);
    if (this.facts.environments.size < 1000) this.facts.environments.add(episode.environment);
    Object.assign(this.facts.weights, episode.weights);
    if (this.at.step === null && episode.step !== null) this.step = episode.step;
    if (episode.answers.length === 0) {
      this.facts.empty.set(this.file.name, (this.facts.empty.get(this.file.name) ?? 0) + 1);
      return null;
    }
    return { key: episode.group ?? episode.questionId ?? episode.question.text, row: episode };
  }

  *group(rows: Episode[], group: number, index: number): Iterable<ImportItem> {
    const [first] = rows;
    const step = this.at.step ?? first.step ?? 1;
    if (step < 0) throw new ImportError(this.file.name, null, `step ${step} is negative.`);
    const answers = rows.flatMap((row) => row.answers);
    this.accuracy.set(
      index,
      answers.map(({ solution }) => rightOf(solution.reward)),
    );
    yield {
      kind: 'event',
      event: groupOf({
        step,
        group,
        question: first.question,
        gold: first.gold,
        ...(first.questionId !== null && { questionId: first.questionId }),
        solutions: answers.map(({ solution }) => solution),
        info: {
          ...(first.environment !== '' && { environment: first.environment }),
          ...(this.at.split !== null && { split: this.at.split }),
        },
      }),
    };
    for (const [solution, answer] of answers.entries()) {
      this.facts.branched ||= answer.branches > 1;
      const at = { step, group, solution };
      this.onAnswer(at, answer);
      const event = traceOf(at, answer.numbers, answer.tokens);
      if (!event) continue;
      this.facts.traced = true;
      yield { kind: 'event', event };
    }
  }

  *end(): Iterable<ImportItem> {
    const found = this.at.evaluation ? this.accuracy.get() : null;
    if (!found) return;
    const suite = [...this.facts.environments].filter((name) => name !== '');
    yield {
      kind: 'event',
      event: {
        type: 'benchmark',
        step: this.step,
        suite: suite.length === 1 ? suite[0] : 'evaluation',
        mode: found.k === 1 ? 'single sample' : `avg@${found.k}`,
        value: found.value,
        n: found.n,
        checker: 'verifiers reward',
      },
    };
  }
}
