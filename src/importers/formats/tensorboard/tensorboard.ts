/** TensorBoard event files of any trainer: curves only. */
import { eventFileRuns, EventFilesSession } from '../../sinks/eventFiles.js';
import { firstBytes } from '../../files/peek.js';
import { maskedCrc32c } from '../../files/crc32c.js';
import { isTfEventsName } from '../../files/tfevents.js';
import type { Importer } from '../../importer.js';

export const tensorboard: Importer = {
  id: 'tensorboard',
  title: 'TensorBoard event files (curves)',
  several: eventFileRuns,

  async detect(source) {
    const files = (await source.list()).filter((file) => isTfEventsName(file.name));
    for (const file of files.slice(0, 5))
      if (await isEventFile(file.path))
        return {
          confidence: 0.55,
          why:
            files.length === 1 ? `${file.name}, a TensorBoard event file` : `${files.length} TensorBoard event files, such as ${file.name}`,
        };
    return null;
  },

  open: (source) => new EventFilesSession(source),
};

/** By the check sum of the first record's length. */
async function isEventFile(path: string): Promise<boolean> {
  const head = await firstBytes(path, 12);
  return head.length === 12 && maskedCrc32c(head.subarray(0, 8)) === head.readUInt32LE(8);
}
