import { createHash } from 'node:crypto';
import type { EventBody } from '../../../protocol/events.js';
import { asArray, asRecord, number, parseJsonLine } from '../../files/json.js';
import { LineTail, type Line } from '../../files/lineTail.js';
import { ImportError, type SourceFile } from '../../importer.js';
import type { Part, PartEvent } from '../../parts/part.js';
import { traceOf, type TokenNumbers } from '../../parts/trace.js';
import type { Answer } from '../../episodes/episode.js';

interface At {
  step: number;
  group: number;
  solution: number;
}

/** Steps whose sequences are remembered: exports of a step follow its episodes closely. */
const remembered = 16;
/** Numbers of all of them together, at most, unless one step alone has more. */
const rememberedNumbers = 8_000_000;

/** What is kept of a solution until its export comes: only what the export lacks, as exact as it will be told. */
interface KeptSolution {
  at: At;
  reference: Float32Array | null;
}

interface Step {
  sequences: Map<string, KeptSolution[]>;
  numbers: number;
}

/** Finds the solution that an exported sequence of token ids belongs to: exports name neither group nor prompt. */
export class TokenJoin {
  private readonly steps = new Map<number, Step>();
  private numbers = 0;

  constructor(private readonly maxNumbers = rememberedNumbers) {}

  add(at: At, { sequence, numbers }: Answer): void {
    if (sequence.length === 0) return;
    const step = this.steps.get(at.step) ?? { sequences: new Map<string, KeptSolution[]>(), numbers: 0 };
    this.steps.set(at.step, step);
    const key = digest(sequence);
    const same = step.sequences.get(key)?.filter((one) => one.at.group !== at.group || one.at.solution !== at.solution) ?? [];
    const reference = numbers.logp_ref ? new Float32Array(numbers.logp_ref) : null;
    step.sequences.set(key, [...same, { at, reference }]);
    step.numbers += reference?.length ?? 0;
    this.numbers += reference?.length ?? 0;
    this.forgetOld();
  }

  /** @returns the first solution of these tokens that was not found before; equal ones are taken in turn */
  take(step: number, sequence: readonly number[]): { at: At; numbers: TokenNumbers } | null {
    const kept = this.steps.get(step)?.sequences.get(digest(sequence))?.shift();
    return kept ? { at: kept.at, numbers: kept.reference ? { logp_ref: [...kept.reference] } : {} } : null;
  }

  private forgetOld(): void {
    for (const [step, { numbers }] of this.steps) {
      if (this.steps.size === 1 || (this.steps.size <= remembered && this.numbers <= this.maxNumbers)) return;
      this.steps.delete(step);
      this.numbers -= numbers;
    }
  }
}

const digest = (ids: readonly number[]): string => createHash('md5').update(new Uint32Array(ids)).digest('base64');

/** `rank_<R>.jsonl`: trainer-side numbers of each sequence. Source: prime-rl, `trainer/rl/token_export.py`, schema 1. */
export class TokenExportPart implements Part {
  /** Sequences that belong to no episode. */
  lost = 0;
  private tail: LineTail;

  constructor(
    readonly file: SourceFile,
    private readonly step: number,
    private readonly join: TokenJoin,
  ) {
    this.tail = new LineTail(file);
  }

  reset(takenBack: boolean): void {
    // After an error it goes on where it is: what it has joined cannot be found a second time.
    if (!takenBack) return;
    this.tail = new LineTail(this.file);
    this.lost = 0;
  }

  async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    for await (const line of this.tail.read(signal)) {
      let event: EventBody | null;
      try {
        event = this.trace(line);
      } catch (error) {
        this.tail.giveBack();
        throw error;
      }
      if (event) yield { kind: 'event', event };
    }
  }

  /** @returns null for a sequence that belongs to no episode, or one without numbers */
  private trace(line: Line): EventBody | null {
    const fail = (reason: string): never => {
      throw new ImportError(this.file.name, `line ${line.line}`, reason);
    };
    const row = asRecord(parseJsonLine(this.file.name, line.line, line.text)) ?? fail('not a JSON object.');
    if (row.schema_version !== 1) fail(`schema_version ${String(row.schema_version)}; 1 is read.`);
    const sequence = (asArray(row.token_ids) ?? fail('no list "token_ids".')).map(
      (id) => number(id) ?? fail('"token_ids" has no numbers.'),
    );
    const mask = asArray(row.loss_mask) ?? fail('no list "loss_mask".');
    if (mask.length !== sequence.length) fail('"loss_mask" and "token_ids" differ in length.');
    const found = this.join.take(this.step, sequence);
    if (!found) {
      this.lost++;
      return null;
    }
    const sampled = sequence.flatMap((_, t) => (mask[t] === true || mask[t] === 1 ? [t] : []));
    /** Null when the trainer did not have it; single values that were not finite are null. */
    const picked = (key: string): number[] | undefined => {
      const array = asArray(row[key]);
      if (array?.length !== sequence.length || array.every((x) => x === null)) return undefined;
      return sampled.map((t) => number(array[t]) ?? NaN);
    };
    const named = {
      logp_sampler: picked('inference_logprobs'),
      logp: picked('trainer_logprobs'),
      entropy: picked('entropy'),
      ratio: picked('importance_ratio'),
      advantage: picked('advantages'),
    };
    const numbers: TokenNumbers = {
      ...found.numbers,
      ids: sampled.map((t) => sequence[t]),
      ...Object.fromEntries(Object.entries(named).filter(([, array]) => array !== undefined)),
    };
    return traceOf(found.at, numbers, sampled.length);
  }
}
