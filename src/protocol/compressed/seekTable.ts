/**
 * The index of a compressed segment: where each frame begins, in a skippable frame at the file's end, so that every program that knows
 * Zstandard reads the file. It is the seekable format of the Zstandard repository (contrib/seekable_format), version 0.1.0.
 */
import type { Bytes } from '../../core/files/byteSource.js';
import type { Frame } from './zstdFrame.js';

const tableMagic = 0x184d2a5e;
const footerMagic = 0x8f92eab1;
const [headerBytes, footerBytes] = [8, 9];

/** Of frames in the order of the file. Checksums are left out: each frame has its own. */
export function encodeSeekTable(frames: readonly { bytes: number; content: number }[]): Buffer {
  const table = Buffer.alloc(headerBytes + 8 * frames.length + footerBytes);
  let at = table.writeUInt32LE(tableMagic, 0);
  at = table.writeUInt32LE(table.length - headerBytes, at);
  for (const { bytes, content } of frames) at = table.writeUInt32LE(content, table.writeUInt32LE(bytes, at));
  at = table.writeUInt32LE(frames.length, at);
  at = table.writeUInt8(0, at);
  table.writeUInt32LE(footerMagic, at);
  return table;
}

/** @returns the frames as the table says they are, or why nothing can be made of it */
export function readSeekTable(file: Bytes): Frame[] | string {
  const footer = file.read(Math.max(0, file.size - footerBytes), footerBytes);
  if (footer.length < footerBytes || footer.readUInt32LE(5) !== footerMagic) return 'it has no index at its end';
  const count = footer.readUInt32LE(0);
  if ((footer[4] & 0b0111_1100) !== 0) return 'its index is of a kind that is not known';
  const entryBytes = (footer[4] & 0x80) === 0 ? 8 : 12; // with a checksum
  const start = file.size - footerBytes - entryBytes * count - headerBytes;
  if (start < 0) return `its index of ${count} frames is longer than the file`;
  const table = file.read(start, file.size - start);
  if (table.readUInt32LE(0) !== tableMagic || table.readUInt32LE(4) !== table.length - headerBytes)
    return `its index says that there are ${count} frames, which is not as long as it is`;
  const frames: Frame[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const entry = headerBytes + i * entryBytes;
    const bytes = table.readUInt32LE(entry);
    const content = table.readUInt32LE(entry + 4);
    if (content > 0) frames.push({ at, bytes, content, skippable: false, cut: false });
    at += bytes;
  }
  return at === start ? frames : `its index speaks of ${at} bytes of frames, and there are ${start}`;
}
