/** What a filter comes to: conditions on a solution and on the group, step and run that it belongs to. */

/** [start, end) in UTF-16 code units of the filter's text. */
export interface Span {
  start: number;
  end: number;
}

/** A property by its name; of a family (`rewards`, `info`) also which of its members. */
export interface PropertyName {
  name: string;
  key?: string;
}

export const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];

/** A regular expression in RE2's syntax, with flags of `i`, `m` and `s`; or a text that must stand there letter by letter. */
export type Pattern = { kind: 'expression'; source: string; flags: string } | { kind: 'substring'; text: string };

/**
 * A filter has three values: it is true, false or unknown of a solution, as in SQL. What is compared with something unknown is
 * unknown; `not` of unknown is unknown; `and` with something false is false, `or` with something true is true, whatever the rest.
 * Only what is true matches; what is unknown is counted.
 */
export type Tree = Span &
  (
    | { kind: 'all' }
    | { kind: 'and'; parts: Tree[] }
    | { kind: 'or'; parts: Tree[] }
    | { kind: 'not'; part: Tree }
    | { kind: 'number'; property: PropertyName; is: Comparison; value: number }
    | { kind: 'text'; property: PropertyName; is: '=' | '!='; value: string }
    /** Both ends belong to it; null: there is no end on that side. */
    | { kind: 'range'; property: PropertyName; from: number | null; to: number | null }
    | { kind: 'flag'; property: PropertyName }
    | { kind: 'known'; property: PropertyName; known: boolean }
    | { kind: 'match'; property: PropertyName; pattern: Pattern }
    /** Words of the solution's text behind each other, see words.ts. */
    | { kind: 'words'; text: string }
    | { kind: 'label'; label: string }
  );

export type Leaf = Exclude<Tree, { kind: 'all' | 'and' | 'or' | 'not' }>;

/** Every condition of a filter, first to last. */
export function* leaves(tree: Tree): Generator<Leaf> {
  if (tree.kind === 'all') return;
  if (tree.kind === 'and' || tree.kind === 'or') for (const part of tree.parts) yield* leaves(part);
  else if (tree.kind === 'not') yield* leaves(tree.part);
  else yield tree;
}

/** Conditions of which each must be true: those that `and` joins, or the only one. */
export function conjuncts(tree: Tree): Tree[] {
  if (tree.kind === 'all') return [];
  return tree.kind === 'and' ? tree.parts.flatMap(conjuncts) : [tree];
}
