/** What endpoints answer: whole, or in the pieces of a stream; chat and completions alike. */
import { z } from 'zod';
import { count } from '../../protocol/count.js';
import type { ListedToken } from './tokenRow.js';

const logprob = z.number().nullish();
const token = z.string().nullish().catch(null);
const message = z.object({
  content: z.string().nullish(),
  /** What a reasoning model wrote before its answer: vLLM and llama.cpp call it the one, newer vLLM and Ollama the other. */
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
});
const choice = z.object({
  index: count.default(0),
  text: z.string().nullish(),
  message: message.nullish(),
  delta: message.nullish(),
  finish_reason: z.string().nullish(),
  logprobs: z
    .object({
      content: z.array(z.object({ token, logprob })).nullish(),
      token_logprobs: z.array(logprob).nullish(),
      tokens: z.array(token).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});
const answer = z.object({
  choices: z.array(choice),
  usage: z.object({ completion_tokens: count }).nullish().catch(null),
  /** Of llama.cpp: of the first of several solutions, so it is the solution's own where there is one. */
  timings: z.object({ predicted_n: count }).nullish().catch(null),
});

/** A part of one solution, or the whole of it. */
export interface Piece {
  index: number;
  /** What it thought before it answered. */
  reasoning: string;
  text: string;
  listed: ListedToken[];
  /** Set with its last piece. */
  finish: 'stop' | 'length' | 'other' | null;
}

/** A whole answer, or a part of it. */
export interface Answer {
  pieces: Piece[];
  /** How many tokens were written: by its only piece, or where there is none, by all solutions of the request. Null: it does not say, or says it of several pieces. */
  tokens: number | null;
}

/** @returns undefined when it is no answer of the protocol */
export function readAnswer(value: unknown): Answer | undefined {
  const read = answer.safeParse(value);
  if (!read.success) return undefined;
  const { choices, usage, timings } = read.data;
  const pieces = choices.map((c): Piece => {
    const content = c.delta ?? c.message;
    return {
      index: c.index,
      reasoning: content?.reasoning_content ?? content?.reasoning ?? '',
      text: content?.content ?? c.text ?? '',
      listed: listedIn(c.logprobs),
      finish: c.finish_reason ? finishOf(c.finish_reason) : null,
    };
  });
  return { pieces, tokens: pieces.length > 1 ? null : (timings?.predicted_n ?? usage?.completion_tokens ?? null) };
}

function listedIn(logprobs: z.output<typeof choice>['logprobs']): ListedToken[] {
  if (logprobs?.content) return logprobs.content.map((t) => ({ text: t.token ?? null, logp: t.logprob ?? null }));
  return (logprobs?.token_logprobs ?? []).map((logp, i) => ({ text: logprobs?.tokens?.[i] ?? null, logp: logp ?? null }));
}

const finishOf = (reason: string): NonNullable<Piece['finish']> => (reason === 'stop' || reason === 'length' ? reason : 'other');
