/** `grpo-lab index`: brings the index of words up to date now, or removes it. */
import { count } from '../../core/format.js';
import { sleep } from '../../store/sqlite.js';
import { TextIndexer, type IndexOutcome } from '../../store/textIndex/textIndexer.js';
import { removeTextIndex, textIndexBytes } from '../../store/textIndex/textIndexFile.js';
import { bytes } from '../../words/bytes.js';
import { countProgress } from '../bar.js';
import { exit, type ExitCode } from '../exit.js';
import type { CliSession } from '../cliSession.js';

export async function indexWords(session: CliSession, options: { drop?: boolean }): Promise<ExitCode> {
  const { output } = session;
  if (options.drop) {
    const { file } = (await session.store()).placement;
    const freed = textIndexBytes(file);
    removeTextIndex(file);
    output.line(freed === 0 ? 'There was no index of words.' : `The index of words was removed: ${bytes(freed)}.`);
    output.value({ bytes: 0, freed });
    return exit.ok;
  }
  await session.queries();
  const { file } = (await session.store()).placement;
  let indexer = await TextIndexer.open(file);
  const bar = countProgress('indexing groups');
  try {
    for (;;) {
      let outcome: IndexOutcome = 'more';
      try {
        outcome = indexer.some();
      } catch (error) {
        indexer = await TextIndexer.insteadOf(indexer, file, error);
      }
      const { indexed, groups } = indexer.progress();
      bar.update(indexed, groups);
      if (outcome === 'idle') break;
      if (outcome === 'busy') sleep(200); // another process is at it
    }
  } finally {
    bar.stop();
  }
  const { groups } = indexer.progress();
  indexer.close();
  output.line(`The words of ${count(groups, 'group')} are indexed: ${bytes(textIndexBytes(file))}.`);
  output.value({ groups, bytes: textIndexBytes(file) });
  return exit.ok;
}
