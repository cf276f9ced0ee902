import { type Extraction, extraction, trimmed } from './extraction.js';
import { fences } from './answerWindow.js';

/** The last line that the last program printed (a block marked `output`), and where the block ends. */
export function codeOutput(text: string): { printed: Extraction; end: number } | undefined {
  const block = fences(text)
    .filter((f) => /^(?:output|stdout|result)s?$/i.test(f.language))
    .at(-1);
  const inner = block && trimmed(text, block.inner);
  if (!inner) return undefined;
  const lineStart = Math.max(inner[0], text.lastIndexOf('\n', inner[1] - 1) + 1);
  const line = trimmed(text, [lineStart, inner[1]]);
  return line && { printed: extraction(text, line, 'code output'), end: block.outer[1] };
}
