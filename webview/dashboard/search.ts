/** Which charts a person looks for: by a part of a name, or by `/a regular expression/`. Pure. */
import { RE2JS } from 're2js';
import { messageOf } from '../../src/core/messageOf.js';
import type { ChartSpec } from './chartList.js';

export interface Search {
  passes: (chart: ChartSpec) => boolean;
  /** Why the expression cannot be used; everything passes then. */
  fault?: string;
}

const everything = (): boolean => true;

/** Case does not matter. Expressions run in time linear in the name, whatever a person types or a trainer writes. */
export function searchFor(text: string): Search {
  const query = text.trim();
  if (query === '' || query === '/') return { passes: everything };
  const expression = /^\/(.*?)\/?$/s.exec(query);
  if (!expression) {
    const part = query.toLowerCase();
    return { passes: (chart) => namesOf(chart).some((name) => name.toLowerCase().includes(part)) };
  }
  try {
    const pattern = RE2JS.compile(expression[1], RE2JS.CASE_INSENSITIVE);
    return { passes: (chart) => namesOf(chart).some((name) => pattern.matcher(name).find()) };
  } catch (error) {
    return { passes: everything, fault: messageOf(error).replace(/^error parsing regexp: /, '') };
  }
}

/** What a person sees of a chart, and the names in the files. */
const namesOf = ({ heading, curves }: ChartSpec): string[] => [heading, ...curves.flatMap((c) => [c.metric, c.label])];
