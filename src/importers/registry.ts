/** One line per format. */
import { art } from './formats/art/art.js';
import { consoleLog } from './formats/console/console.js';
import { curves } from './formats/curves/curves.js';
import { generic } from './formats/generic/generic.js';
import { groupJsonl } from './formats/groupJsonl/groupJsonl.js';
import type { Importer } from './importer.js';
import { inspectEval } from './formats/inspect/inspectEval.js';
import { lighteval } from './formats/lighteval/lighteval.js';
import { lmEval } from './formats/lmEval/lmEval.js';
import { nemoGym } from './formats/nemoGym/nemoGym.js';
import { nemoRl } from './formats/nemoRl/nemoRl.js';
import { openrlhf } from './formats/openrlhf/openrlhf.js';
import { primeRl } from './formats/primeRl/primeRl.js';
import { qwenMath } from './formats/qwenMath/qwenMath.js';
import { skyrl } from './formats/skyrl/skyrl.js';
import { slime } from './formats/slime/slime.js';
import { tensorboard } from './formats/tensorboard/tensorboard.js';
import { tinker } from './formats/tinker/tinker.js';
import { trackio } from './formats/trackio/trackio.js';
import { trl } from './formats/trl/trl.js';
import { verifiers } from './formats/verifiers/verifiers.js';
import { verl } from './formats/verl/verl.js';
import { wandb } from './formats/wandb/wandb.js';

export const importers: readonly Importer[] = [
  trl,
  verl,
  primeRl,
  verifiers,
  nemoRl,
  nemoGym,
  lmEval,
  qwenMath,
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
  consoleLog,
  curves,
  generic,
];
