/** Bytes at positions: of a file, or of what is compressed in one. */
export interface Bytes {
  readonly size: number;
  /** @returns a part, shorter than asked for only where the bytes end before */
  read(position: number, length: number): Buffer;
}
