/** One line per format. */
import { art } from './art.js';
import { generic } from './generic/index.js';
import { groupJsonl } from './groupJsonl.js';
import type { Importer } from './importer.js';
import { inspectEval } from './inspectEval.js';
import { lighteval } from './lighteval.js';
import { lmEval } from './lmEval.js';
import { nemoRl } from './nemoRl.js';
import { openrlhf } from './openrlhf.js';
import { primeRl } from './primeRl.js';
import { skyrl } from './skyrl.js';
import { slime } from './slime.js';
import { tensorboard } from './tensorboard.js';
import { tinker } from './tinker.js';
import { trackio } from './trackio.js';
import { trl } from './trl.js';
import { verifiers } from './verifiers.js';
import { verl } from './verl.js';
import { wandb } from './wandb.js';

export const importers: readonly Importer[] = [
  trl,
  verl,
  primeRl,
  verifiers,
  nemoRl,
  lmEval,
  lighteval,
  inspectEval,
  slime,
  skyrl,
  wandb,
  trackio,
  openrlhf,
  tensorboard,
  tinker,
  art,
  groupJsonl,
  generic,
];
