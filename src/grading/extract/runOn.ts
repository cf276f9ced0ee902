/** Models that were never taught to stop answer one question and go on with the next, which nobody asked. */

/** Heads another question: it may also be the one that was asked, said again. */
const heading =
  /\n[ \t#*]*(?:Q(?:uestion|UESTION)?|question|[Pp]roblem|PROBLEM|[Ee]xercise|[Hh]uman|[Uu]ser|[Ii]nstruction|问题|题目)[ \t]*\d{0,4}\**[ \t]{0,2}[:：]/g;

/** Another's turn in a chat, or another document. */
const turn = /<\|im_start\|>[ \t]*user|<\|(?:endoftext|eot_id|im_end|end_of_text)\|>(?=\s*\S)/g;

/** Of very many the first are looked at. */
const most = 8;

export interface NextQuestion {
  /** Index in UTF-16 code units. */
  at: number;
  /** A mark of a chat's template, which nobody writes on the way. */
  sure: boolean;
}

const none: NextQuestion[] = [];

/** Where in a text a next question may begin, in order. */
export function nextQuestions(text: string): NextQuestion[] {
  // Most solutions end where they should: one look tells.
  if (!text.includes('<|') && text.search(heading) < 0) return none;
  const found = (pattern: RegExp, sure: boolean): NextQuestion[] => {
    const places: NextQuestion[] = [];
    for (const { index } of text.matchAll(pattern)) if (places.push({ at: index, sure }) === most) break;
    return places;
  };
  return [...found(heading, false), ...found(turn, true)].sort((a, b) => a.at - b.at).slice(0, most);
}

/** What is said by one who takes an answer back, not by one who has ended. */
const takenBack =
  /^\s*(?:wait|actually|but|hmm|no\b|oops|sorry|however|correction|let me|let's|i (?:made|need|should|think)|that (?:is|was) (?:wrong|not)|hold on|check)/i;

/** Whether the line that begins at `from` ends the solution: an empty line follows, and then something that does not take it back. */
export function endsSolution(text: string, from: number): boolean {
  const behind = /^[^\n]{0,80}\n[ \t]*\n/.exec(text.slice(from, from + 200));
  return behind !== null && !takenBack.test(text.slice(from + behind[0].length, from + behind[0].length + 40));
}
