/** Names of the import formats, short enough for places that have room for one word. */
const formats: Readonly<Record<string, string>> = {
  art: 'ART',
  console: 'console log',
  curves: 'curves',
  generic: 'table',
  groups: 'JSONL',
  inspect: 'Inspect',
  lighteval: 'lighteval',
  'lm-eval': 'lm-eval',
  'nemo-gym': 'NeMo Gym',
  'nemo-rl': 'NeMo-RL',
  openrlhf: 'OpenRLHF',
  'prime-rl': 'prime-rl',
  'qwen-math': 'Qwen-Math',
  skyrl: 'SkyRL',
  slime: 'slime',
  tensorboard: 'TensorBoard',
  tinker: 'tinker',
  trackio: 'Trackio',
  trl: 'TRL',
  verifiers: 'verifiers',
  verl: 'verl',
  wandb: 'wandb',
};

/**
 * The short name of a format.
 * @param id of an importer
 * @returns the id itself when this version does not know it
 */
export const formatName = (id: string): string => (Object.hasOwn(formats, id) ? formats[id] : id);

export const formatIds = Object.keys(formats);
