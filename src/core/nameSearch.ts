/** What a person looks for among names: a part of one, or `/a regular expression/`. Pure. */
import { RE2JS } from 're2js';
import { messageOf } from './messageOf.js';

export interface NameSearch {
  passes: (name: string) => boolean;
  /** Why the expression cannot be used; everything passes then. */
  fault?: string;
}

const everything = (): boolean => true;

/** Nothing is looked for yet. */
export const isBlank = (text: string): boolean => /^\/?$/.test(text.trim());

/** Case does not matter. Expressions run in time linear in the name, whatever a person types or a trainer writes. */
export function nameSearch(text: string): NameSearch {
  if (isBlank(text)) return { passes: everything };
  const query = text.trim();
  const expression = /^\/(.*?)\/?$/s.exec(query);
  if (!expression) {
    const part = query.toLowerCase();
    return { passes: (name) => name.toLowerCase().includes(part) };
  }
  try {
    const pattern = RE2JS.compile(expression[1], RE2JS.CASE_INSENSITIVE);
    return { passes: (name) => pattern.matcher(name).find() };
  } catch (error) {
    return { passes: everything, fault: messageOf(error).replace(/^error parsing regexp: /, '') };
  }
}
