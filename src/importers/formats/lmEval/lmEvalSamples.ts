import { asArray, asRecord, integer, number, text } from '../../files/json.js';
import { groupOf, type ForeignSolution } from '../../foreignGroups.js';
import type { ImportItem, SourceFile } from '../../importer.js';
import { EVALUATION_STEP } from '../../parts/evaluationScores.js';
import { foreignGrade, rightOf } from '../../parts/grading.js';
import { LineGroups, type RowFormat } from '../../parts/lineGroups.js';

export interface Sample {
  question: string;
  gold: string | null;
  /** What the model said; of a choice the likeliest continuation. */
  texts: string[];
  choices: string[] | null;
  filter: string;
  filtered: string | null;
  scores: [string, number][];
}

/** @param task as in the file's name */
/** @param weights of the scores, which is filled: the first metric of the first filter counts, the others are shown beside it */
export const samplesPart = (file: SourceFile, task: string, weights: Map<string, number>): LineGroups<Sample> =>
  new LineGroups(file, new Samples(task, weights));

/** A document has a line for each filter: the same answers, judged in another way. They are one group. */
class Samples implements RowFormat<Sample> {
  constructor(
    private readonly task: string,
    private readonly weights: Map<string, number>,
  ) {}

  firstStep(): number {
    return EVALUATION_STEP;
  }

  row(value: Record<string, unknown>): { key: string; row: Sample } {
    const id = integer(value.doc_id);
    if (id === null) throw new Error('no whole number "doc_id".');
    const resps = asArray(value.resps);
    if (!resps) throw new Error('no list "resps".');
    const calls = Object.values(asRecord(value.arguments) ?? {}).map(asRecord);
    const question = text(calls[0]?.arg_0) ?? questionOf(asRecord(value.doc) ?? {});
    const choices = choicesOf(resps, calls);
    const target = value.target ?? null;
    const gold = target === null ? null : (text(target) ?? JSON.stringify(target));
    const filtered = asArray(value.filtered_resps)?.[0];
    return {
      key: String(id),
      row: {
        question,
        // The target of a choice is its number.
        gold: choices && gold !== null && /^\d+$/.test(gold) ? (choices.all[Number(gold)]?.trim() ?? gold) : gold,
        texts: choices
          ? [choices.likeliest]
          : resps.flatMap((one) => (asArray(one) ?? [one]).map((response) => text(response) ?? JSON.stringify(response))),
        choices: choices?.all ?? null,
        filter: text(value.filter) ?? 'none',
        filtered: choices ? choices.likeliest.trim() : text(filtered) === '[invalid]' ? null : text(filtered),
        scores: scoresOf(value),
      },
    };
  }

  *group(rows: Sample[], group: number): Iterable<ImportItem> {
    const [first] = rows;
    const scores = rows.flatMap(({ filter, filtered, scores: own }) =>
      own.map(([metric, score]) => ({ key: `${metric},${filter}`, score, filtered })),
    );
    const primary = scores.at(0);
    const alone = first.texts.length === 1;
    const rewards = Object.fromEntries(scores.map(({ key, score }) => [key, score]));
    for (const { key } of scores) if (alone) this.weights.set(key, key === primary?.key ? 1 : (this.weights.get(key) ?? 0));
    const right = primary ? rightOf(primary.score) : null;
    const solutions = first.texts.map((response): ForeignSolution =>
      // Of several answers to a document only the document is scored.
      alone && primary
        ? {
            text: response,
            rewards,
            reward: primary.score,
            correct: right,
            grade: foreignGrade(right, `lm-eval ${primary.key}`, primary.key.split(',')[0], primary.filtered),
          }
        : { text: response },
    );
    yield {
      kind: 'event',
      event: groupOf({
        step: EVALUATION_STEP,
        group,
        question: first.question,
        gold: first.gold,
        solutions,
        info: {
          task: this.task,
          ...(first.choices && { choices: first.choices.map((choice) => choice.trim()).join(' | ') }),
          ...(!alone && Object.fromEntries(Object.entries(rewards).filter(([, score]) => Number.isFinite(score)))),
        },
      }),
    };
  }
}

/** Numbers of a line that are no scores. */
const noScores = new Set(['doc_id', 'task_id', 'repeat', 'idx']);

/** By the names in `metrics`; older versions have no such list, and every other number is a score. */
function scoresOf(value: Record<string, unknown>): [string, number][] {
  const named = (asArray(value.metrics) ?? []).flatMap((name) => text(name) ?? []);
  const present = named.filter((name) => name in value);
  const names = present.length > 0 ? present : Object.keys(value).filter((name) => !noScores.has(name) && typeof value[name] !== 'string');
  return names.flatMap((name): [string, number][] => {
    const score = number(value[name]);
    return score === null ? [] : [[name, score]];
  });
}

/** Requests for the likelihood of continuations: `resps` has `[[log-likelihood, is greedy]]` for each. */
function choicesOf(resps: unknown[], calls: (Record<string, unknown> | null)[]): { all: string[]; likeliest: string } | null {
  const likelihoods = resps.map((one) => {
    const pair = asArray(asArray(one)?.[0]);
    const logp = pair?.length === 2 ? Number(pair[0]) : NaN;
    return Number.isNaN(logp) ? null : logp;
  });
  const all = calls.map((call) => text(call?.arg_1));
  if (likelihoods.length === 0 || likelihoods.length !== all.length) return null;
  if (likelihoods.some((logp) => logp === null) || all.some((choice) => choice === null)) return null;
  const best = likelihoods.reduce<number>((at, logp, i) => (logp! > likelihoods[at]! ? i : at), 0);
  return { all: all as string[], likeliest: all[best]! };
}

const questionOf = (doc: Record<string, unknown>): string =>
  text(doc.question) ?? text(doc.problem) ?? text(doc.query) ?? JSON.stringify(doc);
