// A Python with TRL, for the end-to-end test that launches a real TRL training: the one that is named or at hand,
// otherwise one of its own in the user's cache folder.
import { spawnSync } from 'node:child_process';
import { say } from './console.mjs';
import { installTrainer, trainerPython } from './trainers.mjs';

const look = 'from importlib.metadata import version\nfor name in ("trl", "torch", "tensorboard"): version(name)';
const hasTrl = (python) => spawnSync(python, ['-c', look], { timeout: 60_000 }).status === 0;
const own = 'trl-1.13.0';

/** @returns { python: the executable }, or { missing: why none can be had }: the test is then skipped, and says so */
export async function trlPython() {
  const found = [process.env.GRPO_LAB_PYTHON, trainerPython(own).python, 'python3'].find((python) => python && hasTrl(python));
  if (found) return { python: found };
  const missing = (why) => {
    say(`The test that trains with TRL is skipped: ${why}`);
    return { missing: why };
  };
  try {
    await installTrainer(own);
  } catch (error) {
    return missing(`TRL cannot be installed: ${error.message.split('\n').at(-1)}`);
  }
  const { python } = trainerPython(own);
  return python ? { python } : missing('TRL was installed but pip does not know it.');
}
