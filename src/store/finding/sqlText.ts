/** SQL whose values are bound: a text of our own with `?`, and what stands for each. */
import { append } from '../../core/extremes.js';

export type Bound = string | number | null;

export interface SqlText {
  text: string;
  values: Bound[];
}

/** `` sql`x > ${5}` ``: what is put in is bound, or is such a text itself. */
export function sql(texts: TemplateStringsArray, ...parts: (Bound | SqlText)[]): SqlText {
  const values: Bound[] = [];
  const text = texts.reduce((all, next, i) => {
    const part = parts[i - 1];
    if (typeof part !== 'object' || part === null) {
      values.push(part);
      return `${all}?${next}`;
    }
    append(values, part.values);
    return `${all}${part.text}${next}`;
  });
  return { text, values };
}

export function join(parts: readonly SqlText[], between: string): SqlText {
  return { text: parts.map((p) => p.text).join(between), values: parts.flatMap((p) => p.values) };
}
