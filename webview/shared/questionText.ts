import { skippedText, type QuestionPreview } from '../../src/core/questionPreview.js';
import { reveal } from '../../src/core/reveal.js';

/** Tooltip of a row that shows a question: as much of it as the row has, and how much is left out before. */
export const questionTitle = (preview: QuestionPreview): string =>
  [reveal(preview.text), skippedText(preview)].filter(Boolean).join('\n\n');
