import { execFileSync } from 'node:child_process';

/** Integration tests start the bundles that people start: build them first, unless the caller just did. */
export default function setup(): void {
  if (process.env.GRPO_LAB_BUILT !== '1') execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
