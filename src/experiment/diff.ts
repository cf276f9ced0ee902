/** What two resolved experiments do differently. */
import { isPlainObject } from './experimentJsonSchema.js';
import { type KeyPath, pathText } from './yamlSource.js';

export interface Difference {
  /** `method.beta` */
  key: string;
  path: KeyPath;
  /** undefined: the key is absent on that side. */
  before: unknown;
  after: unknown;
}

/** Leaf by leaf, in the order of `before`, then what only `after` has. Objects of any shape: foreign runs freeze theirs too. */
export function diffExperiments(before: unknown, after: unknown, path: KeyPath = []): Difference[] {
  if (isPlainObject(before) && isPlainObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((k) => diffExperiments(before[k], after[k], [...path, k]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, i) => diffExperiments(before[i], after[i], [...path, i])).flat();
  }
  return Object.is(before, after) ? [] : [{ key: pathText(path), path, before, after }];
}
