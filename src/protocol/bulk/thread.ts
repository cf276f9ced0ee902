/** The thread that makes lines of parts and writes them into segments. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { errorCode } from '../../core/files/fileErrors.js';
import { messageOf } from '../../core/messageOf.js';
import { segmentName } from '../layout.js';
import type { BulkOptions, BulkReply, BulkRequest } from './bulkMessages.js';
import { forEachPart, escapedBytes, escapeInto } from './parts.js';

const NEWLINE = 10;
/** Bytes that are written at once, and of a text those that are quoted at once. */
const outBytes = 1024 * 1024;
const sliceBytes = 64 * 1024;

class SegmentWriter {
  private readonly out: Buffer = Buffer.allocUnsafeSlow(outBytes);
  private readonly view = new DataView(this.out.buffer);
  private filled = 0;
  private fd: number | undefined;
  private segment = 0;
  /** Of the segment, without those in `out`. */
  private written = 0;
  /** The segment's file. */
  path = '';

  constructor(private readonly options: BulkOptions) {}

  take(block: Buffer, filled: number): void {
    const view = new DataView(block.buffer);
    forEachPart(block, filled, (start, end, text) => {
      if (text) this.escape(view, start, end);
      else this.copy(block, start, end);
      // JSON has no bare newline: the line ends here.
      if (!text && block[end - 1] === NEWLINE && this.written + this.filled >= this.options.segmentBytes) this.close();
    });
  }

  close(): void {
    this.flush();
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
    this.written = 0;
  }

  private copy(block: Buffer, start: number, end: number): void {
    if (end - start > outBytes - this.filled) this.flush();
    if (end - start > outBytes) this.write(block, start, end);
    else this.filled += block.copy(this.out, this.filled, start, end);
  }

  private escape(block: DataView, start: number, end: number): void {
    for (let at = start; at < end; at += sliceBytes) {
      const next = Math.min(end, at + sliceBytes);
      if (escapedBytes * (next - at) > outBytes - this.filled) this.flush();
      this.filled = escapeInto(this.view, this.filled, block, at, next);
    }
  }

  private flush(): void {
    if (this.filled > 0) this.write(this.out, 0, this.filled);
    this.filled = 0;
  }

  private write(bytes: Buffer, start: number, end: number): void {
    this.fd ??= this.open();
    for (let at = start; at < end;) at += writeSync(this.fd, bytes, at, end - at);
    this.written += end - start;
  }

  private open(): number {
    this.path = join(this.options.folder, segmentName(++this.segment));
    return openSync(this.path, 'ax');
  }
}

const port = parentPort!;
const reply = (message: BulkReply): void => port.postMessage(message);
const writer = new SegmentWriter(workerData as BulkOptions);

port.on('message', (request: BulkRequest) => {
  try {
    if ('end' in request) {
      writer.close();
      reply({ ended: true });
      port.close();
    } else {
      const { block, filled } = request;
      writer.take(Buffer.from(block), filled);
      reply({ block });
    }
  } catch (error) {
    reply({ failed: writer.path, message: messageOf(error), code: errorCode(error) });
    port.close();
  }
});
