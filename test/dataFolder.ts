import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Databases of tests lie in a folder that goes away with them, not among those of the person who runs them. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-data-'));
  process.env.GRPO_LAB_DATA = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
