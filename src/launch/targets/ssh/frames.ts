/** What the script `follow` sends, taken apart. */
import { abridged } from '../../../core/questionPreview.js';

export type Seen =
  /** Bytes of a file of the run directory there, from an offset on; `size` is the file's, then. */
  | { kind: 'piece'; name: string; offset: number; size: number; bytes: Buffer }
  /** The end of a round. */
  | { kind: 'round'; state: JobSight };

export type JobSight = { kind: 'running' } | { kind: 'gone' } | { kind: 'ended'; code: number };

/** What came is nothing that the script sends: the connection is not to be used any longer. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const longestPiece = 8 * 1024 * 1024;
/** A machine may greet with a page of words; and a line of ours is short. */
const longestLine = 4096;
const mostGreeting = 256 * 1024;

const pieceLine = /^@ ([A-Za-z0-9._/-]{1,200}) (\d{1,15}) (\d{1,15}) (\d{1,15})$/;
const roundLine = /^\. (?:(running|gone)|ended (\d{1,3}))$/;

/** Pieces come out when they are whole, and never otherwise. */
export class Frames {
  private rest: Buffer = Buffer.alloc(0);
  private greeted = 0;
  private begun = false;
  private piece: (Omit<Extract<Seen, { kind: 'piece' }>, 'bytes'> & { length: number }) | undefined;

  /** @param token of this connection, which no file can know */
  constructor(private readonly token: string) {}

  /** @throws FrameError */
  *take(chunk: Buffer): Generator<Seen> {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (let seen = this.next(); seen !== undefined; seen = this.next()) if (seen !== 'more') yield seen;
  }

  private next(): Seen | 'more' | undefined {
    if (this.piece) return this.wholePiece(this.piece);
    const line = this.line();
    if (line === undefined) return undefined;
    if (!this.begun) {
      this.begun = line === this.token;
      return 'more';
    }
    const piece = pieceLine.exec(line);
    if (piece) {
      const [, name, offset, length, size] = piece;
      this.piece = { kind: 'piece', name, offset: Number(offset), length: Number(length), size: Number(size) };
      if (this.piece.length > longestPiece) throw new FrameError(`a piece of ${length} bytes of ${name}`);
      return 'more';
    }
    const round = roundLine.exec(line);
    if (!round) throw new FrameError(`a line that is none of ours: ${abridged(line, 100)}`);
    const state = line.startsWith('. ended ')
      ? ({ kind: 'ended', code: Number(round[2]) } as const)
      : { kind: round[1] as 'running' | 'gone' };
    return { kind: 'round', state };
  }

  private line(): string | undefined {
    const end = this.rest.indexOf(0x0a);
    if (end < 0) {
      if (this.rest.length > longestLine) throw new FrameError('a line without an end');
      return undefined;
    }
    const line = this.rest.toString('utf8', 0, end);
    this.rest = this.rest.subarray(end + 1);
    if (!this.begun && (this.greeted += end + 1) > mostGreeting) throw new FrameError('a greeting without an end');
    return line;
  }

  private wholePiece({ length, ...piece }: NonNullable<Frames['piece']>): Seen | undefined {
    const closing = `\n${this.token}\n`;
    if (this.rest.length < length + closing.length) return undefined;
    if (this.rest.toString('latin1', length, length + closing.length) !== closing)
      throw new FrameError(`${piece.name} became shorter while it was read`);
    const bytes = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length + closing.length);
    this.piece = undefined;
    return { ...piece, bytes };
  }
}
