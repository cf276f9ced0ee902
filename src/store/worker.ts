/**
 * The bundle of the store's threads: the writer, readers, the one that moves the write-ahead log into the database, and the one that
 * builds the index of words.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { serveCheckpoints } from './checkpointer.js';
import { threadOptions } from './messages.js';
import { serveQuestions } from './reader.js';
import { serveTextIndex } from './textIndex/textIndexThread.js';
import { StoreWriter } from './writer.js';

if (parentPort !== null) {
  const options = threadOptions.parse(workerData);
  switch (options.thread) {
    case 'writer':
      new StoreWriter(parentPort, {
        root: options.root,
        ...(options.dataFolder !== undefined && { dataFolder: options.dataFolder }),
        ...(options.textIndex !== undefined && { textIndex: options.textIndex }),
      });
      break;
    case 'reader':
      void serveQuestions(parentPort, options); // where it fails the thread ends, and who asked is told
      break;
    case 'checkpoints':
      void serveCheckpoints(options.database);
      break;
    case 'textIndex':
      void serveTextIndex(options.database);
  }
}
