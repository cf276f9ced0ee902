import { hashFraction } from '../../core/hash.js';
import type { Split } from '../tasks/taskQuestions.js';

/** Where a document belongs, by a hash of its text alone. */
export function documentSplit(text: string, heldOutFraction: number): Split {
  if (hashFraction(`held-out:${text}`) < heldOutFraction) return 'held-out';
  return hashFraction(`validation:${text}`) < heldOutFraction ? 'validation' : 'train';
}
