/** The outline of a Zstandard file (RFC 8878): where its frames begin and end, found without decompressing them. */
import type { Bytes } from '../../core/files/byteSource.js';

export const frameMagic = Buffer.of(0x28, 0xb5, 0x2f, 0xfd);
/** The magic number of a skippable frame has any four bits here. */
const skippableMagic = 0x184d2a50;
const longestHeader = 18;

export interface Frame {
  /** Where it begins in the file, and how long it is there: bytes. */
  at: number;
  bytes: number;
  /** Bytes of what it holds; null where its header leaves that open. */
  content: number | null;
  /** It holds nothing of the file's content. */
  skippable: boolean;
  /** The file ends inside it. */
  cut: boolean;
}

/** What the frame at a place of the file says of itself; undefined where none begins. */
export function frameHeader(file: Bytes, at: number): { bytes: number; content: number | null; checksum: boolean } | undefined {
  const head = file.read(at, longestHeader);
  if (head.length < 5 || !head.subarray(0, 4).equals(frameMagic)) return undefined;
  const flags = head[4];
  if ((flags & 0b1000) !== 0) return undefined; // reserved
  const oneSegment = (flags & 0b10_0000) !== 0;
  const sizeAt = 5 + (oneSegment ? 0 : 1) + [0, 1, 2, 4][flags & 0b11];
  const sizeBytes = [oneSegment ? 1 : 0, 2, 4, 8][flags >> 6];
  if (head.length < sizeAt + sizeBytes) return undefined;
  return { bytes: sizeAt + sizeBytes, content: contentSize(head, sizeAt, sizeBytes), checksum: (flags & 0b100) !== 0 };
}

function contentSize(head: Buffer, at: number, bytes: number): number | null {
  switch (bytes) {
    case 0:
      return null;
    case 2:
      return head.readUInt16LE(at) + 256;
    case 8:
      return Number(head.readBigUInt64LE(at));
    default:
      return head.readUIntLE(at, bytes);
  }
}

/** The frame that begins at a place of the file, by the headers of its blocks; undefined where none does, or where they make no sense. */
export function frameAt(file: Bytes, at: number): Frame | undefined {
  const left = file.size - at;
  const head = file.read(at, 8);
  if (head.length >= 4 && (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === skippableMagic) {
    const bytes = head.length < 8 ? left + 1 : 8 + head.readUInt32LE(4);
    return { at, bytes: Math.min(bytes, left), content: 0, skippable: true, cut: bytes > left };
  }
  const header = frameHeader(file, at);
  if (!header) return undefined;
  let end = at + header.bytes;
  for (let last = false; !last;) {
    const block = file.read(end, 3);
    if (block.length < 3) return { at, bytes: left, content: header.content, skippable: false, cut: true };
    const word = block.readUIntLE(0, 3);
    const kind = (word >> 1) & 0b11;
    if (kind === 3) return undefined;
    last = (word & 1) === 1;
    end += 3 + (kind === 1 ? 1 : word >> 3); // one byte that is repeated
  }
  if (header.checksum) end += 4;
  return { at, bytes: Math.min(end - at, left), content: header.content, skippable: false, cut: end > file.size };
}
