// The global one is gone by the time it is asked for.
import { Buffer } from 'node:buffer';

/** What a program prints, up to a limit; more is refused, which the program hears of as an error of its output. */
export class BoundedText {
  private bytes: Uint8Array[] = [];
  private length = 0;
  /** Whether more was printed. */
  full = false;

  constructor(private readonly limit: number) {}

  /** @returns how many bytes were taken: all of them */
  write(bytes: Uint8Array): number {
    const taken = bytes.slice(0, this.limit - this.length);
    this.bytes.push(taken);
    this.length += taken.length;
    if (taken.length < bytes.length) {
      this.full = true;
      throw new Error('Too much output.');
    }
    return bytes.length;
  }

  text(): string {
    return new TextDecoder().decode(Buffer.concat(this.bytes));
  }

  clear(): void {
    [this.bytes, this.length, this.full] = [[], 0, false];
  }
}
