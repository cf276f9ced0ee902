import { maxGroupSize } from '../../protocol/events.js';
import { conjuncts, leaves, type PropertyName, type Tree } from '../../query/tree.js';
import type { FacetCounts, PieceCursor, SearchPiece } from '../views.js';
import { splitFilter, type SplitFilter, type Truth } from './bodyTest.js';
import { ftsPhrase, valueSql, type IndexedIds } from './conditionSql.js';
import type { Facets } from './facets.js';
import { bySortValue, newestFirst, type Hit } from './hits.js';
import type { SearchConnection } from './searchConnection.js';
import { join, sql, type SqlText } from './sqlText.js';

export interface PieceSearch {
  tree: Tree;
  piece: SearchPiece & { key: number };
  /** Hits that are kept: the first in the order asked for. */
  limit: number;
  /** Newest first where it is left out. */
  sort?: { by: PropertyName; descending: boolean } | undefined;
  from?: PieceCursor | undefined;
  /** Every hit is wanted: it ends when there are as many as the limit, and goes on from there. Not where it is sorted. */
  paged?: boolean | undefined;
  /** How long texts are read before the rest is left to another call. */
  budgetMs: number;
  facets: Facets;
  /** @throws when nobody wants the result any more */
  stillWanted: () => void;
}

export interface PieceResult {
  hits: Hit[];
  matched: number;
  unknown: number;
  seen: number;
  facets: FacetCounts;
  next: PieceCursor | null;
}

/**
 * Searches one piece: groups that are in the index of words by the index, the others by reading. Which are which the first call for a
 * piece decides, and its cursor says so to the next: the index may grow meanwhile.
 */
export function searchPiece(connection: SearchConnection, search: PieceSearch): PieceResult {
  const { from } = search;
  const hasWords = [...leaves(search.tree)].some((leaf) => leaf.kind === 'words');
  const indexedUpTo = hasWords ? connection.floor() : -1;
  const floor = from?.floor ?? indexedUpTo;
  const result: PieceResult = { hits: [], matched: 0, unknown: 0, seen: 0, facets: {}, next: null };
  const end = performance.now() + search.budgetMs;
  for (const part of ['read', 'indexed'] as const) {
    if (part === 'indexed' ? floor < 0 : from?.part === 'indexed') continue;
    const start = from?.part === part ? from : undefined;
    new PartSearch(connection, search, { part, floor, start, byIndex: part === 'indexed' && indexedUpTo >= floor }, result, end).run();
    if (result.next !== null) break;
  }
  // In pages solutions of a group stay beside each other, also where the page ends in it.
  if (search.paged !== true)
    result.hits = result.hits.sort(search.sort === undefined ? newestFirst : bySortValue(search.sort.descending)).slice(0, search.limit);
  return result;
}

interface Part {
  part: PieceCursor['part'];
  /** Ids of groups up to this one are the indexed ones. */
  floor: number;
  start: PieceCursor | undefined;
  byIndex: boolean;
}

/** A row of the database: id, step, group, what is sorted by, whether all that is required is true, and each part that SQL decides. */
type Row = [id: number, step: number, group: number, sortValue: number | null, required: Truth, ...decided: Truth[]];

/** How often the clock is looked at. */
const rowsBetween = 64;
const groupsBetween = 8;
/** Hits beyond those that are wanted, before the best are chosen. */
const spare = 1000;

class PartSearch {
  private readonly filter: SplitFilter;
  /** Groups of this part of the piece. */
  private readonly scope: SqlText;
  /** Where solutions come from: those with the words that must be there, or all of the groups. */
  private readonly source: SqlText;
  private readonly sortValue: SqlText;
  /** Whether all that SQL alone decides is true. */
  private readonly required: SqlText;
  /** That nothing of it is false. */
  private readonly notFalse: SqlText;

  constructor(
    private readonly connection: SearchConnection,
    private readonly search: PieceSearch,
    private readonly part: Part,
    private readonly result: PieceResult,
    private readonly end: number,
  ) {
    const { key, firstStep, lastStep } = search.piece;
    const side: SqlText = { text: part.part === 'read' ? 'g.id > ?' : 'g.id <= ?', values: [part.floor] };
    const rest = part.start === undefined ? sql`` : sql` AND ${this.from(part.start)}`;
    this.scope = sql`g.run = ${key} AND g.step BETWEEN ${firstStep} AND ${lastStep} AND ${side}${rest}`;
    const indexed = part.byIndex ? this.indexedIds() : undefined;
    const conditions = conjuncts(search.tree).map((tree) => ({
      tree,
      phrase: indexed && tree.kind === 'words' ? ftsPhrase(tree.text) : undefined,
    }));
    const left = conditions.flatMap(({ tree, phrase }) => (phrase === undefined ? [tree] : []));
    this.source = this.sourceOf(
      indexed,
      conditions.flatMap(({ phrase }) => phrase ?? []),
    );
    this.filter = splitFilter({ kind: 'and', parts: left, start: 0, end: 0 }, indexed);
    const { required } = this.filter;
    this.required = required.length === 0 ? sql`1` : sql`(${join(required, ' AND ')})`;
    this.notFalse = join(
      required.map((condition) => sql` AND ${condition} IS NOT 0`),
      '',
    );
    this.sortValue = (search.sort && valueSql(search.sort.by, 'number')) ?? sql`NULL`;
  }

  /** Groups that are left. */
  private from({ step, group, after }: Pick<PieceCursor, 'step' | 'group' | 'after'>): SqlText {
    return after === undefined ? sql`(g.step, g.grp) < (${step}, ${group})` : sql`(g.step, g.grp) <= (${step}, ${group})`;
  }

  run(): void {
    const solutions = this.solutionsIn(this.scope);
    if (solutions === 0) return;
    const { search, result } = this;
    if (this.filter.test !== null || search.facets.names.length > 0 || search.paged === true) {
      this.read(solutions);
      return;
    }
    this.count();
    search.stillWanted();
    result.seen += solutions;
    if (search.limit > 0 && result.matched > 0) this.take();
  }

  private solutionsIn(scope: SqlText): number {
    const query = sql`SELECT total(size) FROM groups g WHERE ${scope}`;
    return this.connection
      .statement(query)
      .pluck()
      .get(...query.values) as number;
  }

  /** From the smallest to the largest id of the part's solutions. */
  private indexedIds(): IndexedIds {
    const query = sql`SELECT min(id) AS first, max(id) AS last FROM groups g WHERE ${this.scope}`;
    const found = this.connection.statement<{ first: number | null; last: number | null }>(query).get(...query.values)!;
    return { first: (found.first ?? 0) * maxGroupSize, last: ((found.last ?? -1) + 1) * maxGroupSize - 1 };
  }

  private sourceOf(indexed: IndexedIds | undefined, phrases: readonly string[]): SqlText {
    const runs = sql`CROSS JOIN runs r ON r.key = g.run`;
    if (indexed === undefined || phrases.length === 0)
      return sql`FROM groups g ${runs} CROSS JOIN solutions s ON s.id >= g.id * 65536 AND s.id < (g.id + 1) * 65536 WHERE ${this.scope}`;
    return sql`FROM search.texts t CROSS JOIN solutions s ON s.id = t.rowid CROSS JOIN groups g ON g.id = s.id / 65536 ${runs}
      WHERE t.texts MATCH ${phrases.join(' AND ')} AND t.rowid BETWEEN ${indexed.first} AND ${indexed.last} AND ${this.scope}`;
  }

  private count(): void {
    const query = sql`SELECT total(truth), count(*) - count(truth) FROM (SELECT ${this.required} AS truth ${this.source}${this.notFalse})`;
    const [matched, unknown] = this.connection
      .statement(query)
      .raw()
      .get(...query.values) as [number, number];
    this.result.matched += matched;
    this.result.unknown += unknown;
  }

  private take(): void {
    const { sort, limit } = this.search;
    const byNumber: SqlText = { text: sort === undefined ? '' : `v IS NULL, v ${sort.descending ? 'DESC' : 'ASC'}, `, values: [] };
    const query = sql`SELECT s.id, g.step, g.grp, ${this.sortValue} AS v ${this.source} AND ${this.required}
      ORDER BY ${byNumber}g.step DESC, g.grp DESC, s.id LIMIT ${limit}`;
    const rows = this.connection
      .statement(query)
      .raw()
      .iterate(...query.values) as Iterable<[number, number, number, number | null]>;
    for (const [id, step, group, sortValue] of rows) this.result.hits.push({ id, step, group, sortValue });
  }

  private read(solutions: number): void {
    const { filter, connection, result } = this;
    connection.bodies.forget();
    const isDone = filter.possible === null ? this.readRows(solutions) : this.readGroups(solutions, filter.possible);
    if (isDone) result.seen += solutions;
  }

  /** Row by row, each with what only its body tells. @returns whether all were read */
  private readRows(solutions: number): boolean {
    let last: Row | undefined;
    let sinceLook = 0;
    for (const row of this.rows(sql``)) {
      const isNewGroup = last !== undefined && (last[1] !== row[1] || last[2] !== row[2]);
      if (isNewGroup && sinceLook >= rowsBetween) {
        sinceLook = 0;
        if (this.isTimeUp()) return this.leaveAt(last!, solutions);
      }
      last = row;
      sinceLook++;
      if (this.isFullWith(row)) return this.leaveAt(row, solutions, row[0]);
    }
    return true;
  }

  /** Group by group: of most no block can hold what is sought, and their rows are not looked at. @returns whether all were read */
  private readGroups(solutions: number, possible: (block: Buffer) => boolean): boolean {
    const query = sql`SELECT g.id, g.step, g.grp FROM groups g WHERE ${this.scope} ORDER BY g.step DESC, g.grp DESC`;
    const groups = this.connection
      .statement(query)
      .raw()
      .iterate(...query.values) as Iterable<[id: number, step: number, group: number]>;
    let last: [id: number, step: number, group: number] | undefined;
    let sinceLook = 0;
    for (const group of groups) {
      if (last !== undefined && ++sinceLook >= groupsBetween) {
        sinceLook = 0;
        if (this.isTimeUp()) return this.leaveAt(last, solutions);
      }
      last = group;
      if (!this.connection.bodies.groupMayMatch(group[0], possible)) continue;
      for (const row of this.rows(sql` AND g.id = ${group[0]}`)) if (this.isFullWith(row)) return this.leaveAt(row, solutions, row[0]);
    }
    return true;
  }

  /** @param more of what solutions they are */
  private rows(more: SqlText): Iterable<Row> {
    const decided = join(
      this.filter.parts.map((condition) => sql`, ${condition}`),
      '',
    );
    const query = sql`SELECT s.id, g.step, g.grp, ${this.sortValue}, ${this.required}${decided} ${this.source}${more}${this.notFalse}
      ORDER BY g.step DESC, g.grp DESC, s.id`;
    return this.connection
      .statement(query)
      .raw()
      .iterate(...query.values) as Iterable<Row>;
  }

  private isTimeUp(): boolean {
    this.search.stillWanted();
    return performance.now() > this.end;
  }

  /** Judges a row that an earlier call has not. @returns whether a page is full with it */
  private isFullWith(row: Row): boolean {
    const { result, part, search } = this;
    const [id, step, group] = row;
    if (id <= (part.start?.after ?? -1) && step === part.start?.step && group === part.start.group) return false;
    this.judge(row);
    return search.paged === true && result.hits.length >= search.limit;
  }

  /** The rest is another call's. @param after where the group of the row is not done yet */
  private leaveAt(
    [, step, group]: readonly [id: number, step: number, group: number, ...rest: unknown[]],
    solutions: number,
    after?: number,
  ): false {
    const { part, floor } = this.part;
    const left = { step, group, ...(after !== undefined && { after }) };
    this.result.next = { part, floor, ...left };
    this.result.seen += solutions - this.solutionsIn(sql`${this.scope} AND ${this.from(left)}`);
    return false;
  }

  private judge([id, step, group, sortValue, required, ...decided]: Row): void {
    const { filter, result, search, connection } = this;
    let truth = required;
    if (filter.test !== null) {
      if (filter.possible !== null && !connection.bodies.mayMatch(id, filter.possible)) return;
      const rest = filter.test({ decided, body: () => connection.bodies.body(id) });
      truth = rest === 1 ? required : rest;
    }
    if (truth === null) result.unknown++;
    if (truth !== 1) return;
    result.matched++;
    search.facets.add(result.facets, id, step);
    const { hits } = result;
    if (search.sort === undefined && hits.length >= search.limit) return;
    hits.push({ id, step, group, sortValue });
    if (hits.length >= 2 * search.limit + spare) result.hits = hits.sort(bySortValue(search.sort!.descending)).slice(0, search.limit);
  }
}
