/** A picture in a message of a chat, as the APIs of OpenAI and Anthropic, Inspect's logs and tables of Hugging Face have it. Pure. */
import { abridged } from '../../core/questionPreview.js';
import { largestPicture, pictureName, pictureType } from '../../protocol/media.js';
import { asRecord, text } from './json.js';

/** Its content, the file that has it, or why there is none to keep. Nothing is ever fetched. */
export type Picture = { bytes: Uint8Array; name: string } | { path: string } | { lost: string };

export function pictureOf(part: Record<string, unknown>): Picture {
  const source = asRecord(part.source);
  const content = text(source?.data);
  if (content !== null) return fromBase64(content);
  const given = part.image_url ?? part.image ?? part.url ?? part.path ?? source ?? part.source;
  const record = asRecord(given);
  if (record?.bytes instanceof Uint8Array) return fromBytes(record.bytes);
  const reference = text(given) ?? text(record?.url) ?? text(record?.path);
  return reference === null || reference === '' ? { lost: 'it is not in the log' } : fromReference(reference);
}

/** What stands for it in a text: questions about two pictures are two. */
export function pictureText(picture: Picture): string {
  if ('bytes' in picture) return `[picture ${picture.name.slice(0, 12)}]`;
  return 'path' in picture ? `[picture ${abridged(picture.path, 200)}]` : `[picture not kept: ${picture.lost}]`;
}

/** What content is, by its first bytes. */
export function fromBytes(bytes: Uint8Array): Exclude<Picture, { path: string }> {
  if (bytes.length > largestPicture) return { lost: tooLarge };
  const type = pictureType(bytes);
  return type === null ? { lost: 'it is no PNG, JPEG, GIF or WebP' } : { bytes, name: pictureName(bytes, type) };
}

export const tooLarge = `it is larger than ${largestPicture / 1024 / 1024} MiB`;

function fromReference(reference: string): Picture {
  if (/^data:/i.test(reference)) {
    const comma = reference.indexOf(',');
    const head = reference.slice(0, comma);
    if (comma < 0 || !/;base64$/i.test(head)) return { lost: 'its data URI is not base64' };
    return fromBase64(reference.slice(comma + 1));
  }
  if (/^https?:/i.test(reference)) return { lost: `${abridged(reference, 200)} is not fetched` };
  // A letter and a colon is a drive of Windows.
  if (/^[a-z][a-z0-9+.-]+:/i.test(reference)) return { lost: `${abridged(reference, 200)} is no file beside the log` };
  return { path: reference };
}

function fromBase64(content: string): Picture {
  return (content.length * 3) / 4 > largestPicture + 3 ? { lost: tooLarge } : fromBytes(Buffer.from(content, 'base64'));
}
