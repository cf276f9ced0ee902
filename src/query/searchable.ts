import type { Problem } from './parse.js';
import { declared } from './properties.js';
import { leaves, type Tree } from './tree.js';

/** What a filter asks for that is not kept where it can be sought; undefined: all of it can be. */
export function whyNotSearchable(tree: Tree): Problem | undefined {
  for (const leaf of leaves(tree)) {
    const why = missing(leaf);
    if (why !== undefined) return { message: why, start: leaf.start, end: leaf.end };
  }
  return undefined;
}

function missing(leaf: Parameters<typeof whyNotSearchable>[0]): string | undefined {
  if (!('property' in leaf)) return undefined;
  const { name, missing: why } = declared(leaf.property);
  return why && `${name} cannot be searched by yet: ${why}.`;
}
