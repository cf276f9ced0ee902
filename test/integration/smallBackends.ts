import { join } from 'node:path';
import type { Backends } from '../../src/launch/backend.js';

/** Trains with `smallTrainer.mjs` in this folder. */
export function smallBackends(folder: string): Backends {
  const trainer = join(folder, 'smallTrainer.mjs');
  return {
    trainer: ({ launch }, place) =>
      Promise.resolve({
        argv: [process.execPath, place.of(trainer), '--run', place.directory],
        resume: ['--resume'],
        env: launch.env,
        files: [trainer],
        resources: { threads: 1 },
        versions: { trainer: '1' },
      }),
    follower: () => {
      throw new Error('Nothing is imported here.');
    },
  };
}
