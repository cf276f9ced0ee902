/**
 * A checker that is a program of its own. It reads one JSON object a line, `{"gold": …, "pred": …}`, and answers each with one line,
 * `{"verdict": "equal" | "different" | "undecided", "extracted"?, "rule"?, "reason"?, "ms"?}`, in the order of the questions: the format of
 * `grpo-lab grade --pairs`. It runs without a shell.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { z } from 'zod';
import { jsonLine, Lines } from '../core/lines.js';
import { tryJson } from '../core/tryJson.js';
import { gradeVerdict, type Grade } from '../protocol/events.js';
import type { Checker } from './regrade.js';

const text = z.string().max(100_000);
const answerLine = z.object({
  verdict: gradeVerdict,
  /** The answer that was found, as text, or with more that is known of it. */
  extracted: z.unknown().optional(),
  rule: text.optional(),
  reason: text.optional(),
  ms: z.number().min(0).optional(),
});

interface OpenQuestion {
  line: string;
  resolve: (grade: Omit<Grade, 'checker'>) => void;
  reject: (error: Error) => void;
}

/** An answer may be long, but not endless. */
const maxAnswer = 1024 * 1024;
/** After so many questions in a row without an answer the program is given up. */
const mostFailures = 10;
/** Characters that are kept of the end of its error output, to be shown. */
const tailLength = 2000;

export interface CommandCheckerOptions {
  /** Name and version. */
  name: string;
  /** Program and arguments. */
  command: readonly string[];
  cwd?: string;
  /** Longest wait for one answer; the program is then ended and started again, and the answer counts as undecided. Seconds. */
  timeout?: number;
}

export class CommandChecker implements Checker {
  readonly name: string;
  private readonly queue: OpenQuestion[] = [];
  private child: ChildProcessWithoutNullStreams | undefined;
  private tail = '';
  private timer: NodeJS.Timeout | undefined;
  /** Whether any answer has come since it was made. */
  private everAnswered = false;
  private failuresInARow = 0;

  constructor(private readonly options: CommandCheckerOptions) {
    this.name = options.name;
  }

  grade(solution: string, gold: string): Promise<Omit<Grade, 'checker'>> {
    return new Promise((resolve, reject) => {
      const line = jsonLine({ gold, pred: solution });
      this.queue.push({ line, resolve, reject });
      if (this.child) this.send(line);
      else this.start();
      if (this.queue.length === 1) this.wait();
    });
  }

  /** Ends the program. */
  close(): void {
    clearTimeout(this.timer);
    const child = this.child;
    this.child = undefined;
    child?.kill('SIGKILL');
  }

  private start(): void {
    const [program, ...args] = this.options.command;
    const child = spawn(program, args, { cwd: this.options.cwd, stdio: 'pipe', windowsHide: true });
    this.child = child;
    this.tail = '';
    child.on('error', (error) => this.ended(child, `cannot be started: ${error.message}`));
    child.on('close', (code, signal) => this.ended(child, `ended with ${signal ?? `code ${code}`}`));
    child.stdin.on('error', () => undefined); // it ended: `close` follows
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (this.tail = (this.tail + piece).slice(-tailLength)));
    const lines = new Lines();
    const hear = (line: string): void => {
      if (child === this.child) this.answered(line);
    };
    child.stdout.setEncoding('utf8').on('data', (piece: string) => lines.take(piece).forEach(hear));
    child.stdout.on('end', () => hear(lines.rest)); // a program need not end its last line
    for (const { line } of this.queue) this.send(line);
  }

  private send(line: string): void {
    this.child?.stdin.write(line);
  }

  private wait(): void {
    clearTimeout(this.timer);
    const seconds = this.options.timeout ?? 60;
    if (this.queue.length > 0) this.timer = setTimeout(() => this.tooLate(seconds), seconds * 1000);
  }

  private answered(line: string): void {
    if (line.trim() === '') return;
    const question = this.queue.shift();
    if (question === undefined) return; // more answers than questions
    this.everAnswered = true;
    this.failuresInARow = 0;
    const answer = readAnswer(line);
    if (answer === undefined) {
      question.reject(new Error(`${this.name} answered with a line that is none of ours: ${line.slice(0, 200)}`));
    } else question.resolve(answer);
    this.wait(); // for those that are asked still, whatever this one came to
  }

  /**
   * A question at which the program hangs or dies is undecided, and the next one is asked; a program that has never answered is given up.
   */
  private tooLate(seconds: number): void {
    const reason = `no answer within ${seconds} s`;
    const child = this.child;
    if (child) child.kill('SIGKILL');
    if (child) this.ended(child, reason);
  }

  private ended(child: ChildProcessWithoutNullStreams, reason: string): void {
    if (child !== this.child) return;
    clearTimeout(this.timer);
    this.child = undefined;
    const first = this.queue.shift();
    if (first === undefined) return; // it was idle; the next question starts it again
    if (this.everAnswered && ++this.failuresInARow <= mostFailures) {
      first.resolve(undecided(`${this.name} ${reason}`));
      if (this.queue.length > 0) this.start();
      this.wait();
    } else {
      const errorText = this.tail.trim();
      const error = new Error(`${this.options.command.join(' ')} ${reason}${errorText === '' ? '' : `. It said: ${errorText}`}`);
      for (const { reject } of [first, ...this.queue.splice(0)]) reject(error);
    }
  }
}

function readAnswer(line: string): Omit<Grade, 'checker'> | undefined {
  if (line.length > maxAnswer) return undefined;
  const parsed = answerLine.safeParse(tryJson(line));
  if (!parsed.success) return undefined;
  const { verdict, extracted, rule, reason, ms } = parsed.data;
  return {
    verdict,
    answer: answerOf(extracted),
    span: null,
    extraction: null,
    rule: rule ?? '',
    ...(reason !== undefined && { reason }),
    ...(ms !== undefined && { ms }),
  };
}

function answerOf(extracted: unknown): string | null {
  if (typeof extracted === 'string') return extracted;
  if (typeof extracted !== 'object' || extracted === null || !('answer' in extracted)) return null;
  return typeof extracted.answer === 'string' ? extracted.answer : null;
}

const undecided = (reason: string): Omit<Grade, 'checker'> => ({
  verdict: 'undecided',
  answer: null,
  span: null,
  extraction: null,
  rule: 'not decided',
  reason,
});
