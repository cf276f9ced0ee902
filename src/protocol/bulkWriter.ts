import { mkdirSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventBody } from './events.js';
import { segmentName } from './layout.js';
import { eventsFolder } from './segments.js';
import { eventLine, maxSegmentBytes, WriteError } from './writer.js';

const blockBytes = 1024 * 1024;
/** Blocks that may wait for the disk before `append` asks to be waited for. */
const blocksAhead = 4;
/** In UTF-8, of one code unit: most lines need not be measured before they are encoded. */
const mostBytes = 3;

/**
 * Writes the events of a run that nobody reads yet, such as an import's: many lines in one write, while the next are being made.
 * Only `finish` says that they are there. A run that is read as it grows is written by RunWriter.
 */
export class BulkWriter {
  private readonly folder: string;
  private seq = 0;
  private segment = 1;
  /** Of the segment, with those that wait. */
  private bytes = 0;
  private block: Buffer = Buffer.allocUnsafeSlow(blockBytes);
  private filled = 0;
  private readonly free: Buffer[] = [];
  private waiting = 0;
  private written = Promise.resolve();
  private open: { segment: number; file: FileHandle } | undefined;
  private failure: WriteError | undefined;

  /** @param runDir a directory without events */
  constructor(
    runDir: string,
    private readonly segmentBytes = maxSegmentBytes,
  ) {
    this.folder = eventsFolder(runDir);
    mkdirSync(this.folder, { recursive: true });
  }

  /**
   * @returns what to wait for before the next one, when the disk lags behind
   * @throws WriteError when an earlier one could not be written
   */
  append(body: EventBody, time: Date = new Date()): Promise<void> | undefined {
    if (this.failure) throw this.failure;
    const line = eventLine(++this.seq, time, body);
    const most = mostBytes * line.length;
    if (this.bytes > 0 && this.bytes + most > this.segmentBytes) {
      this.flush();
      this.segment++;
      this.bytes = 0;
    }
    if (most > blockBytes - this.filled) this.flush();
    if (most > blockBytes) {
      const own = Buffer.from(line);
      this.bytes += own.length;
      this.put(own, own.length);
    } else {
      const length = this.block.write(line, this.filled);
      this.filled += length;
      this.bytes += length;
    }
    return this.waiting > blocksAhead ? this.written : undefined;
  }

  /** @throws WriteError unless every event is in its file */
  async finish(): Promise<void> {
    this.flush();
    await this.close();
    if (this.failure) throw this.failure;
  }

  /** After `finish`, or when the run is given up. */
  async close(): Promise<void> {
    await this.written;
    const { open } = this;
    this.open = undefined;
    await open?.file.close();
  }

  private flush(): void {
    if (this.filled === 0) return;
    this.put(this.block, this.filled);
    this.block = this.free.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
    this.filled = 0;
  }

  /** One write after the other: lines stand in the order of their numbers. */
  private put(block: Buffer, length: number): void {
    const { segment } = this;
    this.waiting++;
    this.written = this.written.then(async () => {
      if (!this.failure) await this.write(segment, block, length);
      this.waiting--;
      if (block.length === blockBytes) this.free.push(block);
    });
  }

  private async write(segment: number, block: Buffer, length: number): Promise<void> {
    const path = join(this.folder, segmentName(segment));
    try {
      if (this.open?.segment !== segment) {
        await this.open?.file.close();
        this.open = undefined;
        this.open = { segment, file: await open(path, 'ax') };
      }
      for (let at = 0; at < length;) at += (await this.open.file.write(block, at, length - at)).bytesWritten;
    } catch (error) {
      this.failure = new WriteError(path, error);
    }
  }
}
