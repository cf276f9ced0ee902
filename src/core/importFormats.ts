/** What the formats of imported runs are called where there is room for a word. */
const formats: Readonly<Record<string, string>> = {
  art: 'ART',
  generic: 'table',
  groups: 'JSONL',
  inspect: 'Inspect',
  lighteval: 'lighteval',
  'lm-eval': 'lm-eval',
  'nemo-rl': 'NeMo-RL',
  openrlhf: 'OpenRLHF',
  'prime-rl': 'prime-rl',
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

/** @param id of an importer; one of another version is called by its id */
export const formatName = (id: string): string => (Object.hasOwn(formats, id) ? formats[id] : id);

export const formatIds = Object.keys(formats);
