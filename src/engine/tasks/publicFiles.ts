import { z } from 'zod';
import { hash64 } from '../../core/hash.js';
import type { GeneratedData } from '../../experiment/schema.js';
import { extractAnswer } from '../../grading/extract/extractAnswer.js';
import { jsonLines } from './jsonLines.js';
import type { Task } from './task.js';

const text = z.string().min(1);
const answer = z.union([text, z.number().transform(String)]);

/** A public format: what a line holds, the generator that is like it, and the task a line makes. */
interface Format<Row> {
  name: string;
  row: z.ZodType<Row>;
  like: GeneratedData['generator'];
  /** @returns why it makes none, in words */
  task: (row: Row) => Task | string;
}

const format = <Row>(f: Format<Row>): Format<Row> => f;

/** What a file does not say. */
const levelUnknown = 0;

const gsm8k = format({
  name: 'GSM8K',
  row: z.object({ question: text, answer: text }),
  like: 'word-problems',
  task({ question, answer }) {
    const at = answer.lastIndexOf('####');
    if (at < 0) return 'its answer has no "#### "';
    return {
      question,
      // Calculations for a calculator, which nobody reads: <<2*3=6>>.
      solution: answer.replace(/<<[^<>]*>>/g, ''),
      answer: answer.slice(at + 4).trim(),
      level: levelUnknown,
      kind: 'GSM8K',
      convention: 'gsm8k',
    };
  },
});

const mathematics = format({
  name: 'MATH',
  row: z.object({
    problem: text,
    solution: text.optional(),
    answer: answer.optional(),
    level: z.union([z.string(), z.number()]).optional(),
    type: text.optional(),
    subject: text.optional(),
  }),
  like: 'math',
  task({ problem, solution, answer, level, type, subject = type }) {
    const boxed = solution === undefined ? undefined : extractAnswer(solution, { convention: 'math' });
    const gold = answer ?? (boxed?.rule.includes('boxed') ? boxed.answer : undefined);
    if (gold === undefined) return 'it has neither an answer nor a \\boxed in its solution';
    return {
      question: problem,
      solution: solution ?? `$\\boxed{${gold}}$`,
      answer: gold,
      level: Number(/\d/.exec(String(level))?.[0] ?? levelUnknown),
      kind: subject ?? 'MATH',
      ...(subject !== undefined && { type: subject }),
      convention: 'math',
    };
  },
});

const mgsm = format({
  name: 'MGSM',
  row: z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })), answer }),
  like: 'word-problems-zh',
  task({ messages, answer }) {
    const question = messages.find((m) => m.role === 'user')?.content;
    if (!question) return 'it has no message of the user';
    return { question, solution: `答案是${answer}。`, answer, level: levelUnknown, kind: 'MGSM-zh', convention: 'mgsm-zh' };
  },
});

const cmath = format({
  name: 'CMATH',
  row: z.object({ question: text, golden: answer, grade: z.number() }),
  like: 'elementary-zh',
  task: ({ question, golden, grade }) => ({
    question,
    solution: `答案是${golden}。`,
    answer: golden,
    level: grade,
    kind: 'CMATH',
    convention: 'cmath',
  }),
});

/** The more telling first. */
const formats = [mgsm, cmath, mathematics, gsm8k] as const;

/** Parsed by whichever format fits; undefined when none does. */
function read(value: unknown): { like: GeneratedData['generator']; task: Task | string } | undefined {
  for (const f of formats) {
    const made = attempt(f as Format<unknown>, value);
    if (made !== undefined) return { like: f.like, task: made };
  }
  return undefined;
}

function attempt({ row, task }: Format<unknown>, value: unknown): Task | string | undefined {
  const parsed = row.safeParse(value);
  return parsed.success ? task(parsed.data) : undefined;
}

function* tasksOf(file: string): Generator<{ task: Task; like: GeneratedData['generator'] }> {
  for (const { value, line } of jsonLines(file)) {
    const found = read(value);
    if (!found) {
      const keys = typeof value === 'object' && value !== null ? Object.keys(value).slice(0, 8).join(', ') : typeof value;
      throw new Error(`${file}:${line}: no format of ${formats.map((f) => f.name).join(', ')} has these fields: ${keys}.`);
    }
    if (typeof found.task === 'string') throw new Error(`${file}:${line}: this question cannot be used: ${found.task}.`);
    yield { task: found.task, like: found.like };
  }
}

/**
 * Questions of a file in the public format of GSM8K, MATH, MGSM-zh or CMATH, streamed: of a larger file the same `size` every
 * time, spread over the whole of it, in its order.
 * @throws Error with file and line
 */
export function publicTasks(file: string, size: number): Task[] {
  let kept: { task: Task; rank: number; index: number }[] = [];
  let index = 0;
  const cut = (): void => {
    kept = kept.sort((a, b) => a.rank - b.rank || a.index - b.index).slice(0, size);
  };
  for (const { task } of tasksOf(file)) {
    kept.push({ task, rank: hash64(task.question)[0], index: index++ });
    if (kept.length >= 2 * size + 1000) cut();
  }
  if (kept.length === 0) throw new Error(`${file} holds no question.`);
  cut();
  return kept.sort((a, b) => a.index - b.index).map((k) => k.task);
}

/** The generator whose questions are like the file's first; undefined for an empty file. */
export function generatorLike(file: string): GeneratedData['generator'] | undefined {
  for (const { like } of tasksOf(file)) return like;
  return undefined;
}
