/** Gold answers from a file of questions, for runs whose rollouts carry none. */
import { createReadStream } from 'node:fs';
import { Lines } from '../core/lines.js';
import { tryJson } from '../core/tryJson.js';

/** Names under which data sets keep the question and its gold answer, the surest first. */
const questionKeys = ['question', 'problem', 'prompt', 'query', 'input', 'instruction', 'messages'];
const goldKeys = ['gold', 'gold_answer', 'ground_truth', 'expected_answer', 'final_answer', 'golden', 'answer', 'target', 'reference_answer', 'label', 'solution']; // prettier-ignore

/** Gold answers by question, and what became of the file's lines. */
export class Golds {
  /** Answers by the question as `plain` writes it; null where two lines give different ones. */
  private readonly byQuestion = new Map<string, string | null>();
  private readonly found = new Set<string>();
  /** Lines without a question and a gold answer. */
  unusable = 0;

  constructor(readonly file: string) {}

  add(line: unknown): void {
    const question = questionOf(line);
    const gold = goldOf(line);
    if (question === undefined || gold === undefined) {
      this.unusable++;
      return;
    }
    const key = plain(question);
    const known = this.byQuestion.get(key);
    this.byQuestion.set(key, known === undefined || known === gold ? gold : null);
  }

  /**
   * The gold answer of a question as a run has it: the same text but for white space, or a part of a chat's template.
   * @returns undefined where the file has none, or several
   */
  of(question: string): string | undefined {
    for (const part of parts(question)) {
      const gold = this.byQuestion.get(part);
      if (gold === undefined || gold === null) continue;
      this.found.add(part);
      return gold;
    }
    return undefined;
  }

  /** Questions of the file with one gold answer; those of them that the run asks; those left out, whose lines give different answers. */
  counts(): { questions: number; used: number; conflicting: number; unusable: number } {
    const conflicting = [...this.byQuestion.values()].filter((gold) => gold === null).length;
    return { questions: this.byQuestion.size - conflicting, used: this.found.size, conflicting, unusable: this.unusable };
  }
}

/**
 * Reads a file of questions: a JSON object a line, or one array of them.
 * @throws when the file cannot be read, or no line of it has a question and a gold answer
 */
export async function readGolds(file: string): Promise<Golds> {
  const golds = new Golds(file);
  const lines = new Lines();
  const take = (line: string): void => {
    if (line.trim() !== '') golds.add(tryJson(line));
  };
  let array: string | undefined;
  try {
    for await (const piece of createReadStream(file, 'utf8') as AsyncIterable<string>) {
      array ??= piece.trimStart().startsWith('[') ? '' : undefined;
      if (array !== undefined) array += piece;
      else lines.take(piece).forEach(take);
    }
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const rows = array === undefined ? undefined : tryJson(array);
  if (Array.isArray(rows)) for (const row of rows) golds.add(row);
  else (array === undefined ? [lines.rest] : array.split('\n')).forEach(take);
  const { questions, conflicting } = golds.counts();
  if (questions + conflicting === 0)
    throw new Error(
      `${file} has no line with a question and a gold answer: each is a JSON object with "question" (or "prompt", "problem") and "gold" (or "answer", "ground_truth").`,
    );
  return golds;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function questionOf(line: unknown): string | undefined {
  if (!isObject(line)) return undefined;
  for (const key of questionKeys) {
    const value = line[key];
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (!Array.isArray(value)) continue;
    const lastRequest: unknown = value.findLast((turn) => isObject(turn) && turn.role === 'user');
    if (isObject(lastRequest) && typeof lastRequest.content === 'string') return lastRequest.content;
  }
  return undefined;
}

function goldOf(line: unknown): string | undefined {
  if (!isObject(line)) return undefined;
  const places = [line, line.reward_model, line.extra_info, line.info].filter(isObject);
  for (const place of places) {
    for (const key of goldKeys) {
      const value: unknown = Array.isArray(place[key]) && place[key].length === 1 ? place[key][0] : place[key];
      if (typeof value === 'string' && value.trim() !== '') return value;
      if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    }
  }
  return undefined;
}

const plain = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** A chat's marks of turns, in the templates of models and written out by trainers. */
const turns = /<\|[^<>|]{1,40}\|>|<\/?(?:s|user|assistant|system|start_of_turn|end_of_turn|bos|eos)>|\[\/?INST\]|(?:^|\n)[ \t]*(?:system|user|human|assistant|question|problem|answer|q|a)[ \t]*[:：]|(?:^|\n)(?:system|user|assistant)[ \t]*\n/gi; // prettier-ignore

/** The question as it stands, without what is around it in a chat (the last turn first), and each of its paragraphs. */
function* parts(question: string): Generator<string> {
  yield plain(question);
  // A role's name may follow its mark on the same line.
  const turnTexts = question.split(turns).map((part) => plain(part.replace(/^(?:system|user|assistant)\s*\n/i, '')));
  for (const part of turnTexts.reverse()) if (part !== '') yield part;
  for (const paragraph of question.split(/\n\s*\n/).reverse()) yield plain(paragraph.replace(turns, ' '));
}
