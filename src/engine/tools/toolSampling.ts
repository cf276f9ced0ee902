import type { Policy, Sample, SampleOptions } from '../model/policy.js';
import { closingToken } from '../tokenizer.js';
import { outputTokens, programAtEnd } from './programs.js';
import type { RunPython } from './python.js';

export interface ToolSampleOptions extends Omit<SampleOptions, 'maxTokens' | 'stopTokens'> {
  /** Longest response, outputs and end token included. */
  maxTokens: number;
  /** Programs that are run in one response; more are left as they stand. */
  programs: number;
  python: RunPython;
  /** What each prompt ends with that belongs to the response already: a program may have begun there. */
  begun?: readonly (readonly number[])[];
}

/** A response with what its programs printed in it. */
export interface ToolSample extends Sample {
  /** 1 for each token that the policy wrote; 0 for an output, of which log-probability, entropy and rank are 0. */
  own: Uint8Array;
}

/** A response being written. */
interface Row {
  index: number;
  prompt: readonly number[];
  begun: readonly number[];
  parts: ToolSample[];
  length: number;
  /** Programs that have been run. */
  run: number;
}

/**
 * Tool-integrated sampling: where a response closes a program, the program is run, what it printed is put behind it, and the policy
 * goes on from there. Rows go on together, so that each round is one batch.
 * Source: Gou et al., ToRA (arXiv 2309.17452), section 2.1; DeepSeekMath, section 5 (tool use).
 */
export async function sampleWithTools(
  policy: Pick<Policy, 'sample'>,
  prompts: readonly (readonly number[])[],
  { maxTokens, programs, python, drawn, begun, ...options }: ToolSampleOptions,
): Promise<ToolSample[]> {
  const rows = prompts.map((prompt, index): Row => ({ index, prompt, begun: begun?.[index] ?? [], parts: [], length: 0, run: 0 }));
  for (let open = rows; open.length > 0;) {
    const going = open;
    const samples = await policy.sample(
      going.map((r) => [...r.prompt, ...r.parts.flatMap((p) => p.tokens)]),
      {
        ...options,
        maxTokens: going.map((r) => maxTokens - r.length),
        stopTokens: [closingToken],
        ...(drawn && { drawn: (tokens) => drawn(tokens.map(({ row, token }) => ({ row: going[row].index, token }))) }),
      },
    );
    for (const [i, row] of going.entries()) {
      add(row, { ...samples[i], own: new Uint8Array(samples[i].tokens.length).fill(1) });
      const program = row.run < programs ? programAtEnd([...row.begun, ...row.parts.flatMap((p) => p.tokens)]) : undefined;
      if (program === undefined || row.length >= maxTokens) continue;
      row.run++;
      const tokens = outputTokens(await python(program)).slice(0, maxTokens - row.length);
      add(row, insertedTokens(tokens));
      await drawn?.(tokens.map((token) => ({ row: row.index, token })));
    }
    open = going.filter((row) => row.length < maxTokens && row.parts.at(-1)!.tokens.at(-1) === closingToken);
  }
  return rows.map((row) => joined(row, options.endToken));
}

function add(row: Row, part: ToolSample): void {
  row.parts.push(part);
  row.length += part.tokens.length;
}

/** Tokens that the policy did not choose. */
function insertedTokens(tokens: number[]): ToolSample {
  const none = () => new Float32Array(tokens.length);
  return { tokens, logp: none(), entropy: none(), rank: none(), own: new Uint8Array(tokens.length), finish: 'stop' };
}

function joined({ parts, length }: Row, endToken: number): ToolSample {
  const whole = (of: (part: ToolSample) => Float32Array): Float32Array => Float32Array.from(parts.flatMap((p) => [...of(p)]));
  const tokens = parts.flatMap((p) => p.tokens);
  return {
    tokens,
    logp: whole((p) => p.logp),
    entropy: whole((p) => p.entropy),
    rank: whole((p) => p.rank),
    own: Uint8Array.from(parts.flatMap((p) => [...p.own])),
    finish: tokens[length - 1] === endToken ? 'stop' : 'length',
  };
}
