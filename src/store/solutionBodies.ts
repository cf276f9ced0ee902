import { unpack, type BodyBlock, type SolutionBody } from './bodyBlocks.js';
import type { Sqlite } from './sqlite.js';

/** Reads bodies by the ids of their solutions: `of` for one answer, which unpacks a block once for solutions behind each other. */
export class SolutionBodies {
  private readonly blockOf;

  constructor(db: Sqlite) {
    this.blockOf = db.prepare<[number], BodyBlock>('SELECT first, block FROM solution_bodies WHERE first <= ? ORDER BY first DESC LIMIT 1');
  }

  /** @returns what tells the body of a solution that the database has; to be used for one answer, within one state of the database */
  reading(): (id: number) => SolutionBody {
    let first = NaN;
    let bodies: readonly (SolutionBody | undefined)[] = [];
    return (id) => {
      if (bodies[id - first] === undefined) {
        const found = this.blockOf.get(id);
        first = found?.first ?? NaN;
        bodies = found === undefined ? [] : unpack(found.block);
      }
      const body = bodies[id - first];
      if (body === undefined) throw new Error(`The database lacks the text of solution ${id}.`);
      return body;
    };
  }
}
