import type { BodyBlock, SolutionBody } from '../bodyBlocks.js';
import { bodiesOf, inflate } from '../bodyBlocks.js';
import { maxGroupSize } from '../../protocol/events.js';
import type { Sqlite } from '../sqlite.js';

/** A block, unpacked as far as it was needed. */
interface OpenBlock {
  first: number;
  inflated: Buffer;
  possible: boolean;
  bodies: (SolutionBody | undefined)[] | undefined;
}

/** Reads bodies of solutions one after the other, and parses only blocks that may hold what is sought. */
export class BodyReader {
  private readonly blocksOf;
  private readonly blockOf;
  private group = NaN;
  private starts: number[] = [];
  private open: OpenBlock | undefined;

  constructor(db: Sqlite) {
    this.blocksOf = db
      .prepare<[number, number], number>('SELECT first FROM solution_bodies WHERE first >= ? AND first < ? ORDER BY first')
      .pluck();
    this.blockOf = db.prepare<[number], BodyBlock>('SELECT first, block FROM solution_bodies WHERE first = ?');
  }

  /** To be called before each answer: the database may be in another state. */
  forget(): void {
    this.group = NaN;
    this.open = undefined;
  }

  /** @returns false where no solution of the group can match */
  groupMayMatch(group: number, possible: (block: Buffer) => boolean): boolean {
    this.enter(group);
    return this.starts.some((first) => this.mayMatch(first, possible));
  }

  /** @returns false where no solution of its block can match */
  mayMatch(id: number, possible: (block: Buffer) => boolean): boolean {
    return this.blockWith(id, possible).possible;
  }

  /** @throws when the database lacks it */
  body(id: number): SolutionBody {
    const block = this.blockWith(id, () => true);
    block.bodies ??= bodiesOf(block.inflated);
    const body = block.bodies[id - block.first];
    if (body === undefined) throw new Error(`The database lacks the text of solution ${id}.`);
    return body;
  }

  private enter(group: number): void {
    if (group === this.group) return;
    this.starts = this.blocksOf.all(group * maxGroupSize, (group + 1) * maxGroupSize);
    this.group = group;
    this.open = undefined;
  }

  private blockWith(id: number, possible: (block: Buffer) => boolean): OpenBlock {
    this.enter(Math.floor(id / maxGroupSize));
    const first = this.starts.findLast((start) => start <= id);
    if (first === undefined) throw new Error(`The database lacks the text of solution ${id}.`);
    if (this.open?.first !== first) {
      const inflated = inflate(this.blockOf.get(first)!.block);
      this.open = { first, inflated, possible: possible(inflated), bodies: undefined };
    }
    return this.open;
  }
}
