import type { SolutionBody } from './bodyBlocks.js';

/** What the model wrote of a text: all of it, where nobody said who wrote what. */
export const writtenText = ({ text, turns }: SolutionBody): string =>
  turns === undefined
    ? text
    : turns
        .filter(({ role }) => role === 'assistant')
        .map(({ start, end }) => text.slice(start, end))
        .join('\n');
