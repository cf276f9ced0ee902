import { constants, zstdDecompressSync } from 'node:zlib';
import type { Bytes } from '../../core/files/byteSource.js';
import { uninterrupted } from '../../core/threads/uninterrupted.js';
import { errorCode } from '../../core/files/fileErrors.js';
import { messageOf } from '../../core/messageOf.js';
import { readSeekTable } from './seekTable.js';
import { frameAt, frameHeader, frameMagic, type Frame } from './zstdFrame.js';

/** A frame that holds more is not unpacked: a few bytes can say that they are a terabyte. */
const maxFrameContent = 128 * 1024 * 1024;
const pieceBytes = 1024 * 1024;

/** A frame, with where its content begins in the segment. */
interface Part extends Frame {
  from: number;
  content: number;
}

/** A range of the segment that cannot be read, and why. */
export interface Damage {
  from: number;
  to: number;
  reason: string;
}

/**
 * The bytes of a segment as its writer wrote them, read from a compressed file. Any Zstandard file does; one with an index (seekTable.ts) is
 * opened by looking at the headers of its frames alone. An index that these contradict is not used, and the frames are found one after
 * another. Where a frame is damaged its content is given as one blank line, so that all other bytes keep their places.
 */
export class CompressedSegment implements Bytes {
  readonly size: number;
  /** What is wrong with the file's outline, when something is; what can be read of it is read all the same. */
  readonly fault: string | null;
  private readonly parts: Part[] = [];
  private readonly damages = new Map<number, Damage>();
  /** The content that was read last. */
  private kept: { part: Part; content: Buffer } | undefined;

  constructor(private readonly file: Bytes) {
    const table = readSeekTable(file);
    const lie = typeof table === 'string' ? table : contradiction(file, table);
    let faults: string[] = [];
    let frames: Frame[];
    if (typeof table === 'string' || lie !== undefined) {
      ({ frames, faults } = foundFrames(file));
      faults.unshift(lie!);
    } else frames = table;
    this.size = this.place(frames, faults);
    this.fault = faults.length === 0 ? null : faults.join('; ');
  }

  read(position: number, length: number): Buffer {
    const end = Math.min(position + length, this.size);
    const pieces: Buffer[] = [];
    for (let i = this.partAt(position), at = position; at < end; i++) {
      const part = this.parts[i];
      const piece = this.contentOf(part).subarray(at - part.from, end - part.from);
      pieces.push(piece);
      at += piece.length;
    }
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  /** The first damage that `read` has met in a range. */
  damageIn(position: number, length: number): Damage | undefined {
    for (const damage of this.damages.values()) if (damage.from < position + length && damage.to > position) return damage;
    return undefined;
  }

  /** Gives each frame its place. @returns the size of all their content */
  private place(frames: readonly Frame[], faults: string[]): number {
    let from = 0;
    for (const frame of frames) {
      let content = frame.cut || frame.content === null ? this.measured(frame, faults) : frame.content;
      if (content > maxFrameContent) {
        faults.push(
          `the frame that begins at byte ${frame.at} says that it holds ${content} bytes; at most ${maxFrameContent} are unpacked`,
        );
        content = 0;
      }
      if (content === 0) continue;
      this.parts.push({ ...frame, content, from });
      from += content;
    }
    return from;
  }

  /** How much can be read of a frame whose header does not say, or of which only the beginning is there. */
  private measured(frame: Frame, faults: string[]): number {
    try {
      const { length } = unpack(this.file, frame);
      if (frame.cut)
        faults.push(`it is cut short in the frame that begins at byte ${frame.at}, of which ${length} bytes of events can be read`);
      return length;
    } catch (error) {
      faults.push(`nothing can be read of the frame that begins at byte ${frame.at}: ${messageOf(error)}`);
      return 0;
    }
  }

  /** Index of the part that holds a position before the end. */
  private partAt(position: number): number {
    let [low, high] = [0, this.parts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.parts[middle].from <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private contentOf(part: Part): Buffer {
    if (this.kept?.part !== part) this.kept = { part, content: this.wholeOrBlank(part) };
    return this.kept.content;
  }

  private wholeOrBlank(part: Part): Buffer {
    let reason: string;
    try {
      const content = unpack(this.file, part);
      if (content.length === part.content) return content;
      reason = `it holds ${content.length} bytes instead of ${part.content}`;
    } catch (error) {
      reason = messageOf(error);
    }
    const { at, from, content } = part;
    this.damages.set(from, {
      from,
      to: from + content,
      reason: `the frame that begins at byte ${at} of the compressed file is damaged (${reason}): ${content} bytes of events are lost`,
    });
    const blank = Buffer.alloc(content, ' ');
    blank[content - 1] = 0x0a;
    return blank;
  }
}

/** @throws where the frame is damaged */
function unpack(file: Bytes, { at, bytes, content, cut }: Frame): Buffer {
  const limit = Math.min(content ?? maxFrameContent, maxFrameContent);
  try {
    const packed = file.read(at, bytes);
    return uninterrupted(() =>
      zstdDecompressSync(packed, {
        maxOutputLength: limit + 1,
        ...(cut && { finishFlush: constants.ZSTD_e_flush }), // what is whole of it
      }),
    );
  } catch (error) {
    throw errorCode(error) === 'ERR_BUFFER_TOO_LARGE' ? new Error(`it holds more than ${limit} bytes`) : error;
  }
}

/**
 * Where an index is refuted by the frames that it speaks of; undefined where it holds. A frame whose own header is damaged refutes nothing:
 * then the index alone knows how much is lost.
 */
function contradiction(file: Bytes, frames: readonly Frame[]): string | undefined {
  for (const [i, { at, content }] of frames.entries()) {
    const header = frameHeader(file, at);
    if (header?.content === content) continue;
    if (!header && i > 0 && frameAt(file, frames[i - 1].at)?.bytes !== frames[i - 1].bytes)
      return `its index lies: no frame begins at byte ${at}`;
    const whole = header && wholeFrame(file, at);
    if (whole) return `its index lies: the frame at byte ${at} holds ${whole.length} bytes, not ${content}`;
  }
  return undefined;
}

/** Content of the frame that begins there; undefined where it is damaged. */
function wholeFrame(file: Bytes, at: number): Buffer | undefined {
  const frame = frameAt(file, at);
  try {
    return frame && !frame.cut ? unpack(file, frame) : undefined;
  } catch {
    return undefined;
  }
}

/** The frames of a file from its beginning on; what lies between them and is none is passed over. */
function foundFrames(file: Bytes): { frames: Frame[]; faults: string[] } {
  const frames: Frame[] = [];
  const faults: string[] = [];
  for (let at = 0; at < file.size;) {
    const frame = frameAt(file, at);
    if (frame) {
      if (!frame.skippable) frames.push(frame);
      at += frame.bytes;
      continue;
    }
    const next = nextFrame(file, at + 1);
    const header = frameHeader(file, at);
    if (header) frames.push({ at, bytes: next - at, content: header.content, skippable: false, cut: false });
    else faults.push(`${next - at} bytes from byte ${at} on are no Zstandard frame`);
    at = next;
  }
  return { frames, faults };
}

/** Where the next frame begins, as far as its first bytes say; the end of the file when none does. */
function nextFrame(file: Bytes, from: number): number {
  for (let at = from; at < file.size; at += pieceBytes) {
    const found = file.read(at, pieceBytes + frameMagic.length - 1).indexOf(frameMagic);
    if (found >= 0) return at + found;
  }
  return file.size;
}
