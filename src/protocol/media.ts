/** Pictures under `media/` of a run directory. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layout } from './layout.js';

/** A larger picture is neither kept nor shown. */
export const largestPicture = 16 * 1024 * 1024;

export type PictureType = 'png' | 'jpg' | 'gif' | 'webp';

/** By its first bytes, whatever it is called. @returns null for anything else, SVG too: that is a document, which may act */
export function pictureType(bytes: Uint8Array): PictureType | null {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  if (head.startsWith('\u0089PNG\r\n\u001a\n')) return 'png';
  if (head.startsWith('\u00ff\u00d8\u00ff')) return 'jpg';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('RIFF') && head.slice(8) === 'WEBP') return 'webp';
  return null;
}

/** Name of a picture under `media/`: the SHA-256 of its content, so that the same picture is one file. */
export const pictureName = (bytes: Uint8Array, type: PictureType): string => `${createHash('sha256').update(bytes).digest('hex')}.${type}`;

/** Writes a picture, unless it is there. A reader never finds a part of one. */
export function writePicture(runDir: string, name: string, bytes: Uint8Array): void {
  const folder = join(runDir, layout.media);
  const file = join(folder, name);
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.part`, bytes);
  renameSync(`${file}.part`, file);
}
