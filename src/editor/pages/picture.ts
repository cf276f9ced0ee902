/** A picture of a run's `media/` folder, as what a page may show without fetching anything. */
import { extname, join } from 'node:path';
import { readAt } from '../../core/files/readAt.js';
import { withFile } from '../../core/files/regularFile.js';
import { layout } from '../../protocol/layout.js';
import { largestPicture } from '../../protocol/media.js';

const types: Record<string, string> = { '.png': 'image/png', '.jpg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp' };

/**
 * @param media name of a file as turns give it
 * @returns a `data:` URL @throws NotAFile, the file system's error, or an error that says that the file is too large
 */
export const pictureUrl = (directory: string, media: string): string =>
  withFile(join(directory, layout.media, media), (fd, size) => {
    if (size > largestPicture)
      throw new Error(`it has ${size.toLocaleString('en-US')} bytes, more than ${largestPicture.toLocaleString('en-US')}`);
    return `data:${types[extname(media)]};base64,${readAt(fd, 0, size).toString('base64')}`;
  });
