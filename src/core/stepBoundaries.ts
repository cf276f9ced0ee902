/** A step of a solution ends with a line, with a sentence, or where a chain of equations goes on: 70+13=|83.| The answer is 83.| */
const stepEnd = /\n+|=|[.!?](?=\s)|[。！？]/g;

/**
 * Where the steps of a solution end, as process supervision counts them.
 * @returns offsets behind each step (UTF-16 code units), ascending; the last is the text's length. None for an empty text.
 */
export function stepBoundaries(text: string): number[] {
  // Behind the last thing that can be seen no step begins.
  const seen = text.trimEnd().length;
  const inner = [...text.matchAll(stepEnd)].map((m) => m.index + m[0].length).filter((end) => end < seen);
  return text === '' ? [] : [...new Set([...inner, text.length])];
}
