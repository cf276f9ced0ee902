import { chatOf, type Chat } from '../../files/chat.js';
import { asArray, asRecord, integer, number, text } from '../../files/json.js';
import type { ForeignSolution } from '../../foreignGroups.js';
import { foreignGrade } from '../../parts/grading.js';

export interface InspectSample {
  id: string;
  epoch: number;
  question: Chat;
  gold: string | null;
  solution: ForeignSolution;
  scorers: string[];
  /** The scorer that counts. */
  counts: string | null;
  /** When the model's host gave log-probabilities whose tokens make up the answer. */
  tokens: { ends: number[]; logp: number[] } | null;
}

const ATTACHMENT = 'attachment://';

/**
 * @param headline the scorer that counts; the first one where the log names none
 * @returns null when it ended before there was an answer, and no error says why
 */
export function sampleOf(sample: Record<string, unknown>, headline: string | null): InspectSample | null {
  const attachments = asRecord(sample.attachments) ?? {};
  const id = text(sample.id) ?? (typeof sample.id === 'number' ? String(sample.id) : null);
  if (id === null) throw new Error('a sample without "id".');
  const choice = asRecord(asArray(asRecord(sample.output)?.choices)?.[0]);
  const messages = (asArray(sample.messages) ?? []).map((message) => resolved(message, attachments));
  const first = messages.findIndex((message) => asRecord(message)?.role === 'assistant');
  const spoken = first < 0 ? [] : messages.slice(first);
  const last = resolved(choice?.message, attachments) ?? null;
  // One answer stands alone; a conversation is told with its roles.
  const answered = spoken.length > 0 || last !== null;
  const error = text(asRecord(sample.error)?.message);
  if (!answered && error === null) return null;
  const completion = answered ? chatOf(spoken.length > 1 || last === null ? spoken : last) : { text: '' };
  const targets = asArray(sample.target)?.map(String) ?? (text(sample.target) === null ? [] : [text(sample.target)!]);
  const { counts, scorers, ...scores } = scoresOf(asRecord(sample.scores) ?? {}, headline);
  return {
    id,
    counts,
    scorers,
    epoch: integer(sample.epoch) ?? 1,
    question: chatOf(resolved(sample.input, attachments)),
    gold: targets.length === 0 ? null : targets.join(' | '),
    solution: {
      ...completion,
      error,
      seconds: number(sample.total_time),
      ...scores,
      finish: finishOf(text(choice?.stop_reason)),
      tokens: integer(asRecord(asRecord(sample.output)?.usage)?.output_tokens),
    },
    tokens: spoken.length > 1 ? null : tokensOf(choice, completion.text),
  };
}

/** Texts that were moved out of the way stand in `attachments`. */
function resolved(value: unknown, attachments: Record<string, unknown>, depth = 0): unknown {
  if (typeof value === 'string') return value.startsWith(ATTACHMENT) ? (attachments[value.slice(ATTACHMENT.length)] ?? value) : value;
  if (depth > 6) return value;
  const list = asArray(value);
  if (list) return list.map((inner) => resolved(inner, attachments, depth + 1));
  const record = asRecord(value);
  return record ? Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, resolved(inner, attachments, depth + 1)])) : value;
}

/** C and I are right and wrong, P is partly right (one half), N is no answer: Inspect's own values of them. */
const letters: Readonly<Record<string, number>> = { C: 1, P: 0.5, I: 0, N: 0 };

function scoreOf(value: unknown): number | null {
  const letter = text(value);
  return letter !== null && Object.hasOwn(letters, letter) ? letters[letter] : number(value);
}

function scoresOf(
  scores: Record<string, unknown>,
  headline: string | null,
): Partial<ForeignSolution> & Pick<InspectSample, 'scorers' | 'counts'> {
  const all = Object.entries(scores).flatMap(([name, entry]) => {
    const score = asRecord(entry);
    return score ? [{ name, score, value: scoreOf(score.value) }] : [];
  });
  const counts = all.find(({ name }) => name === headline) ?? all.at(0);
  const scorers = all.map(({ name }) => name);
  if (!counts) return { scorers, counts: null };
  const right = counts.value === 1 ? true : counts.value === 0 ? false : null;
  const answer = text(counts.score.answer);
  return {
    scorers,
    counts: counts.name,
    rewards: Object.fromEntries(all.map(({ name, value }) => [name, value])),
    reward: counts.value ?? NaN,
    correct: right,
    grade: foreignGrade(right, `inspect ${counts.name}`, counts.name, answer),
  };
}

const finishOf = (reason: string | null): ForeignSolution['finish'] =>
  reason === 'stop' ? 'stop' : reason === 'max_tokens' || reason === 'model_length' ? 'length' : 'other';

/** Tokens come with their text: where they make up the answer, each one's place is known. */
function tokensOf(choice: Record<string, unknown> | null, completion: string): InspectSample['tokens'] {
  const content = asArray(asRecord(choice?.logprobs)?.content)?.map(asRecord);
  if (!content || content.length === 0) return null;
  const ends: number[] = [];
  const logp: number[] = [];
  let end = 0;
  for (const token of content) {
    const own = text(token?.token);
    const lp = number(token?.logprob);
    if (own === null || lp === null || !completion.startsWith(own, end)) return null;
    end += own.length;
    ends.push(end);
    logp.push(lp);
  }
  return end === completion.length ? { ends, logp } : null;
}
