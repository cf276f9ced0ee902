type Numbers = Float64Array | Uint32Array;

/** Rows in one piece: what is larger grows by another piece, so that nothing large is ever copied. */
const pieceBits = 12;
const pieceRows = 1 << pieceBits;
const firstRows = 8;

/** Rows of as many numbers each, outside the collector's heap: for tables of which there may be millions of rows. */
export class NumberTable {
  private readonly pieces: Numbers[] = [];
  private count = 0;

  /**
   * @param Kind of the numbers
   * @param width numbers of a row
   */
  constructor(
    private readonly Kind: Float64ArrayConstructor | Uint32ArrayConstructor,
    private readonly width: number,
  ) {}

  /** A row of zeros. @returns its index, 0-based */
  add(): number {
    const index = this.count++;
    const piece = index >>> pieceBits;
    const rows = (this.pieces[piece]?.length ?? 0) / this.width;
    if ((index & (pieceRows - 1)) < rows) return index;
    const larger = new this.Kind(this.width * (rows > 0 ? 2 * rows : piece === 0 ? firstRows : pieceRows));
    if (rows > 0) larger.set(this.pieces[piece]);
    this.pieces[piece] = larger;
    return index;
  }

  set(index: number, column: number, value: number): void {
    this.pieces[index >>> pieceBits][(index & (pieceRows - 1)) * this.width + column] = value;
  }

  get(index: number, column: number): number {
    return this.pieces[index >>> pieceBits][(index & (pieceRows - 1)) * this.width + column];
  }
}
