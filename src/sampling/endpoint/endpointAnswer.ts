/** What endpoints answer: whole, or in the pieces of a stream; chat and completions alike. */
import { z } from 'zod';
import { count } from '../../protocol/count.js';

const logprob = z.number().nullish();
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
    .object({ content: z.array(z.object({ logprob })).nullish(), token_logprobs: z.array(logprob).nullish() })
    .nullish()
    .catch(null),
});
const answer = z.object({
  choices: z.array(choice),
  usage: z.object({ completion_tokens: count }).nullish().catch(null),
});

/** A part of one solution, or the whole of it. */
export interface Piece {
  index: number;
  /** What it thought before it answered. */
  reasoning: string;
  text: string;
  logp: number[];
  /** Set with its last piece. */
  finish: 'stop' | 'length' | 'other' | null;
  /** Tokens of the whole answer, where that is one solution. */
  tokens: number | null;
}

/** @returns undefined when it is no answer of the protocol */
export function piecesOf(value: unknown): Piece[] | undefined {
  const read = answer.safeParse(value);
  if (!read.success) return undefined;
  const { choices, usage } = read.data;
  return choices.map((c) => {
    const content = c.delta ?? c.message;
    const logp = c.logprobs?.content?.map((t) => t.logprob) ?? c.logprobs?.token_logprobs ?? [];
    return {
      index: c.index,
      reasoning: content?.reasoning_content ?? content?.reasoning ?? '',
      text: content?.content ?? c.text ?? '',
      logp: logp.filter((l): l is number => typeof l === 'number'),
      finish: c.finish_reason ? finishOf(c.finish_reason) : null,
      tokens: choices.length === 1 ? (usage?.completion_tokens ?? null) : null,
    };
  });
}

const finishOf = (reason: string): NonNullable<Piece['finish']> => (reason === 'stop' || reason === 'length' ? reason : 'other');
