/** A part whose groups are numbered behind those of other parts of the same step. */
export abstract class NumberedPart {
  /** Parts of the same step whose groups come before: when one of them grows, those of this one get other numbers. */
  behind: readonly { readonly size: number }[] = [];
  /** Number of the part's first group. */
  protected offset = 0;
  /** Groups of the part that stand: the most that were told since it was told whole or taken back. */
  protected standing = 0;

  /** Other parts have grown or shrunk since it was told. */
  due(): boolean {
    return this.offset !== this.wantedOffset();
  }

  /** From here on groups are numbered behind those that are there now. */
  protected renumber(): void {
    this.offset = this.wantedOffset();
  }

  private wantedOffset(): number {
    return this.behind.reduce((sum, { size }) => sum + size, 0);
  }
}
