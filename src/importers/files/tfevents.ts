/**
 * TensorBoard's event files: TFRecord frames (length, masked CRC-32C of it, data, masked CRC-32C of that) around `Event` messages.
 * Sources: tensorflow/core/lib/io/record_writer.h; tensorboard/compat/proto/{event,summary,tensor}.proto.
 */
import { messageOf } from '../../core/messageOf.js';
import { ImportError } from '../importer.js';
import { maskedCrc32c } from './crc32c.js';
import { FrameTail, type Frame } from './frameTail.js';
import { decodeEvent, type TfValue } from './tfeventsProto.js';

interface At {
  /** As logged; trainers that keep several step axes mix them in one file. */
  step: number;
  /** Seconds since 1970. */
  wallTime: number;
  tag: string;
}
export type TfEvent = (At & { value: number }) | (At & { text: string });

const headerBytes = 12;
const footerBytes = 4;
const maxRecord = 64 * 1024 * 1024;
/** Plugins of tags are told with the first value only; so many are remembered. */
const maxTags = 50_000;

/** `events.out.tfevents.…`, wherever it lies. */
export const isTfEventsName = (name: string): boolean => /(^|\/)[^/]*\.tfevents\.[^/]*$/.test(name);

/** Reads a growing event file: scalars (old and new style) and texts; images, histograms and graphs are passed over. */
export class TfEventsTail {
  private readonly tail: FrameTail;
  private plugins = new Map<string, string>();

  constructor(private readonly file: { path: string; name: string }) {
    this.tail = new FrameTail(file, (bytes, offset) => this.record(bytes, offset), maxRecord);
  }

  /** Whether the last `read` began anew because the file had shrunk or was replaced. */
  get rewritten(): boolean {
    return this.tail.rewritten;
  }

  /** Whether the next `read` will begin anew. */
  isOther(): Promise<boolean> {
    return this.tail.isOther();
  }

  get bytesRead(): number {
    return this.tail.bytesRead;
  }

  /**
   * Values new since the last call; an unfinished last record waits.
   * @throws ImportError where a check sum is wrong or a message cannot be decoded
   */
  async *read(signal: AbortSignal): AsyncGenerator<TfEvent> {
    for await (const { payload, offset } of this.tail.read(signal)) {
      if (offset === 0) this.plugins = new Map();
      const { step, wallTime, values } = this.decode(payload, offset);
      for (const value of values) {
        const reading = this.readingOf(value);
        if (reading !== null) yield { step, wallTime, tag: value.tag, ...reading };
      }
    }
  }

  private record(bytes: Buffer, offset: number): Frame {
    if (bytes.length < headerBytes) return { need: headerBytes };
    const length = bytes.readUInt32LE(0) + bytes.readUInt32LE(4) * 2 ** 32;
    if (maskedCrc32c(bytes.subarray(0, 8)) !== bytes.readUInt32LE(8))
      throw new ImportError(
        this.file.name,
        `byte ${offset}`,
        offset === 0
          ? 'not a TensorBoard event file, or its first bytes are damaged (check sum of the length).'
          : 'damaged: the check sum of the record’s length is wrong. Copy the file again, or remove what follows this byte.',
      );
    if (length > maxRecord)
      throw new ImportError(this.file.name, `byte ${offset}`, `a record of ${length} bytes; at most ${maxRecord} are read.`);
    const end = headerBytes + length;
    if (bytes.length < end + footerBytes) return { need: end + footerBytes };
    const payload = bytes.subarray(headerBytes, end);
    if (maskedCrc32c(payload) !== bytes.readUInt32LE(end))
      throw new ImportError(
        this.file.name,
        `byte ${offset}`,
        'damaged: the check sum of the record is wrong. Copy the file again, or remove what follows this byte.',
      );
    return { length: end + footerBytes, payload };
  }

  private decode(payload: Buffer, offset: number): ReturnType<typeof decodeEvent> {
    try {
      return decodeEvent(payload);
    } catch (cause) {
      const reason = messageOf(cause);
      throw new ImportError(this.file.name, `byte ${offset}`, `the record is no TensorBoard event (${reason}).`, cause);
    }
  }

  /** Which of a tensor's readings is meant: the tag's plugin says. */
  private readingOf({ tag, plugin, value, text }: TfValue): { value: number } | { text: string } | null {
    if (plugin !== null && !this.plugins.has(tag) && this.plugins.size < maxTags) this.plugins.set(tag, plugin);
    const kind = this.plugins.get(tag) ?? plugin;
    if (value !== null && (kind === null || kind === 'scalars' || kind === '')) return { value };
    if (text !== null && (kind === null || kind === 'text' || kind === '')) return { text };
    return null;
  }
}
