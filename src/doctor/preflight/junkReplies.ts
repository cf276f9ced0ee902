/** Replies that answer nothing. None of them may be paid. Pure. */

export const junkKinds = ['empty', 'question', 'yes', 'refusal', 'numbers', 'format'] as const;
export type JunkKind = (typeof junkKinds)[number];

export const junkNames: Readonly<Record<JunkKind, string>> = {
  empty: 'an empty reply',
  question: 'the question said again',
  yes: '"yes"',
  refusal: 'a refusal',
  numbers: 'a list of all numbers',
  format: 'the format without an answer',
};

export interface JunkReply {
  kind: JunkKind;
  text: string;
}

/** The ways to state an answer that the `format` reward knows, each with nothing in it. */
const emptyFormats = ['The answer is .', '\\boxed{}', '#### ', '<answer></answer>', '答案是。'] as const;

/** A checker that looks for the gold answer anywhere in the text, rather than for the answer given, finds it among these. */
const lastNumber = 1000;

/** @param gold a list of numbers does not end in it: that would be an answer, by luck */
export function junkReplies(question: string, gold: string): JunkReply[] {
  const end = gold.replace(/\D/g, '') === String(lastNumber) ? lastNumber + 1 : lastNumber;
  const all: JunkReply[] = [
    { kind: 'empty', text: '' },
    { kind: 'question', text: question },
    { kind: 'yes', text: 'yes' },
    { kind: 'refusal', text: "I'm sorry, but I can't help with that." },
    { kind: 'numbers', text: Array.from({ length: end + 1 }, (_, i) => i).join(', ') },
    ...emptyFormats.map((text): JunkReply => ({ kind: 'format', text })),
  ];
  // Of a question that yes answers, "yes" is no junk.
  return all.filter(({ kind }) => kind !== 'yes' || !/^\W*(?:yes|true)\W*$/i.test(gold));
}
