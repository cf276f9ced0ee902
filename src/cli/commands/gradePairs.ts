/** `grpo-lab grade --pairs FILE`: a verdict for each line of gold and prediction, in order, while they come. */
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { jsonLine } from '../../core/lines.js';
import { messageOf } from '../../core/messageOf.js';
import { Grader } from '../../grading/grader.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { boundedLines, tooLong } from '../pairs/pairLines.js';
import { parsePair } from '../pairs/pair.js';

/** Longer lines are not read; in UTF-16 code units. */
const longestLine = 16_000_000;
/** Pairs and characters that are read ahead of the last line written. */
const ahead = { pairs: 512, characters: 32_000_000 };

/** What is written for each line. */
interface PairVerdict {
  verdict: 'equal' | 'different' | 'undecided';
  rule: string;
  /** The answer found in the prediction. */
  extracted: string | null;
  ms: number;
  reason?: string;
}

/**
 * @param file path of a JSONL file, or `-` for standard input
 * @param distFolder where the bundles are
 * @param output where the lines go
 * @returns failed when a line was not a pair
 */
export async function gradePairs(file: string, distFolder: string, output: NodeJS.WritableStream = process.stdout): Promise<ExitCode> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  input.setEncoding('utf8');
  const grader = new Grader({ worker: join(distFolder, 'gradeWorker.cjs') });
  /** Lines that are being graded or written, oldest first. */
  const pending: Promise<void>[] = [];
  let written = Promise.resolve();
  let code: ExitCode = exit.ok;
  let characters = 0;
  let number = 0;
  const write = async (graded: PairVerdict): Promise<void> => {
    if (!output.write(jsonLine(graded))) await once(output, 'drain');
  };
  try {
    for await (const line of boundedLines(input as AsyncIterable<string>, longestLine)) {
      number++;
      if (line === '') continue;
      const graded = line === tooLong ? malformed(number, `It is longer than ${longestLine} characters.`) : gradeLine(grader, line, number);
      if (!(graded instanceof Promise)) code = exit.failed;
      const size = line === tooLong ? 0 : line.length;
      characters += size;
      written = Promise.all([graded, written]).then(async ([result]) => {
        await write(result);
        characters -= size;
        void pending.shift();
      });
      written.catch(() => undefined); // whoever waits for it, at the latest the end, is told
      pending.push(written);
      while (pending.length > ahead.pairs || (pending.length > 1 && characters > ahead.characters)) await pending[0];
    }
    await written;
    return code;
  } catch (error) {
    if (isFileError(error)) throw new CliError(`${file} cannot be read: ${error.message}`, exit.usage);
    throw error;
  } finally {
    await grader.close();
  }
}

/** @returns a promise for a pair, at once what is written for a line that is none */
function gradeLine(grader: Grader, text: string, number: number): Promise<PairVerdict> | PairVerdict {
  try {
    const { gold, pred, options } = parsePair(text);
    return grader.grade(pred, gold, options).then(({ verdict, rule, answer, ms, reason }) => ({
      verdict,
      rule,
      extracted: answer,
      ms: Math.round(ms * 1000) / 1000,
      ...(reason !== undefined && { reason }),
    }));
  } catch (error) {
    return malformed(number, messageOf(error));
  }
}

const malformed = (line: number, reason: string): PairVerdict => ({
  verdict: 'undecided',
  rule: 'not a pair',
  extracted: null,
  ms: 0,
  reason: `Line ${line}: ${reason}`,
});

const isFileError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error && 'path' in error;
