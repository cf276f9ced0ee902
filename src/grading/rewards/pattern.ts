import { RE2JS, RE2JSException } from 're2js';

/** Matching takes time proportional to the text times this. */
const largestProgram = 2000;
/** Of a longer solution the end is searched. */
const longestText = 20_000;

export type CompiledPattern = { matches: (text: string) => boolean } | { problem: string };

/**
 * A regular expression in RE2's syntax, which runs in linear time: no pattern and no solution can hold up a trainer.
 * Look-around and back-references do not exist in it.
 * @param pattern from a config that may come from anyone
 * @returns what is wrong with it, where it is not one or is too large
 */
export function compilePattern(pattern: string): CompiledPattern {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { problem: error.message.replace(/^error parsing regexp: /, '') };
  }
  if (compiled.programSize() > largestProgram)
    return { problem: `it is too large (${compiled.programSize()} steps, at most ${largestProgram}); repeat less` };
  return { matches: (text) => compiled.matcher(text.slice(-longestText)).find() };
}
