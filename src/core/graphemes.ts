const segmenter = new Intl.Segmenter();

/** The characters of a text as a person counts them: an emoji of several code points is one. */
export const graphemes = (text: string): string[] => Array.from(segmenter.segment(text), (s) => s.segment);
