/** What filters can ask about, declared once: parser, completion, the store and the documentation follow from this table. */
import { distance } from 'fastest-levenshtein';
import type { PropertyName } from './tree.js';

export const levels = ['solution', 'group', 'step', 'run'] as const;
export type Level = (typeof levels)[number];

export interface Property {
  name: string;
  /** `any`: text or number, as the trainer wrote it. */
  type: 'number' | 'text' | 'choice' | 'flag' | 'any';
  /** What it is one of. */
  choices?: readonly string[];
  unit?: string;
  level: Level;
  /** What it is, and when it is unknown. */
  meaning: string;
  /** Where in the run directory it stands. */
  from: string;
  /** It is a family: a name follows after a point. */
  keyed?: true;
}

const solution = 'group event, solutions[]';
const property = (
  level: Level,
  name: string,
  type: Property['type'],
  from: string,
  meaning: string,
  more: Partial<Property> = {},
): Property => ({
  name,
  type,
  level,
  from,
  meaning,
  ...more,
});

export const properties: readonly Property[] = [
  property('solution', 'text', 'text', `${solution}.text`, 'the whole text'),
  property('solution', 'reward', 'number', `${solution}.reward`, 'total reward'),
  property('solution', 'rewards', 'number', `${solution}.rewards`, 'raw value of one reward term; unknown where the solution has none', {
    keyed: true,
  }),
  property('solution', 'advantage', 'number', `${solution}.advantage`, 'advantage; unknown where the trainer has none'),
  property('solution', 'correct', 'flag', `${solution}.correct`, 'it counted as right; unknown where nobody judged'),
  property('solution', 'answer', 'text', `${solution}.grade.answer`, 'extracted answer; unknown where none was found or recorded'),
  property('solution', 'verdict', 'choice', `${solution}.grade.verdict`, "the checker's verdict; unknown where it was not graded", {
    choices: ['equal', 'different', 'undecided'],
  }),
  property('solution', 'finish', 'choice', `${solution}.finish`, 'how it ended', { choices: ['stop', 'length', 'other'] }),
  property('solution', 'truncated', 'flag', `${solution}.finish`, 'cut at the token limit; unknown where it ended otherwise'),
  property('solution', 'tokens', 'number', `${solution}.tokens`, 'length', { unit: 'tokens' }),
  property('solution', 'kl', 'number', `${solution}.kl`, 'mean KL against the reference; unknown where not recorded', {
    unit: 'nats a token',
  }),
  property('solution', 'kl.max', 'number', 'trace event', 'largest KL of a token that was learned from; unknown where no trace tells KL', {
    unit: 'nats',
  }),
  property('solution', 'turns', 'number', `${solution}.turns`, 'turns; unknown where nobody said who spoke'),
  property('solution', 'tool_calls', 'number', `${solution}.turns`, 'calls of tools; unknown where nobody said who spoke'),
  property(
    'solution',
    'tool_errors',
    'number',
    `${solution}.turns`,
    'results that say that the tool failed; unknown where some do not say and none failed',
  ),
  property('solution', 'failed', 'flag', `${solution}.error`, 'the episode failed: its error is recorded'),
  property('solution', 'error', 'text', `${solution}.error`, 'why the episode failed; unknown where it did not'),
  property('solution', 'seconds', 'number', `${solution}.seconds`, 'how long it was generated; unknown where not recorded', { unit: 's' }),
  property(
    'solution',
    'policy_version',
    'number',
    `${solution}.policy_version`,
    'step of the weights that sampled it; unknown where not said',
  ),
  property('solution', 'branch', 'flag', `${solution}.parent`, 'it left another solution of its group midway'),
  property('solution', 'solution', 'number', 'group event', 'number within its group, from 1'),
  property('solution', 'labelled', 'flag', 'labels/', 'somebody gave it a label, or its group, step or run'),
  property('solution', 'note', 'text', 'labels/', 'notes on it and on its group, step and run; unknown where there is none'),
  property('group', 'group', 'number', 'group event, group', 'number of its group within the step, from 1'),
  property('group', 'group.size', 'number', 'group event', 'solutions of its group'),
  property('group', 'group.right', 'number', 'group event', 'right solutions of its group; unknown where none was judged'),
  property('group', 'group.mean', 'number', 'group event', 'mean reward of its group'),
  property('group', 'group.std', 'number', 'group event', 'standard deviation of the rewards of its group (of the population)'),
  property('group', 'group.tokens', 'number', 'group event', 'mean length of its group', { unit: 'tokens' }),
  property('group', 'group.kl', 'number', 'group event', 'mean KL of its group; unknown where not recorded', { unit: 'nats a token' }),
  property(
    'group',
    'group.outcome',
    'choice',
    'group event',
    'its solutions are all right, all wrong, or it is mixed; unknown where none was judged',
    {
      choices: ['right', 'mixed', 'wrong'],
    },
  ),
  property(
    'group',
    'group.signal',
    'flag',
    'group event',
    'the rewards of its group are not all equal; unknown where some are missing and the others equal',
  ),
  property(
    'group',
    'group.truncated',
    'number',
    'group event',
    'solutions of its group that are known to be cut at the token limit; unknown where none is and of some it is not known',
  ),
  property('group', 'group.errors', 'number', 'group event', 'solutions of its group whose episode failed'),
  property('group', 'question', 'text', 'group event, question', "the question's text"),
  property('group', 'question.id', 'text', 'group event, question_id', 'what equal questions have in common'),
  property('group', 'gold', 'text', 'group event, gold', 'gold answer; unknown where there is none'),
  property('group', 'info', 'any', 'group event, info', 'what else the trainer says of the question; unknown where it does not', {
    keyed: true,
  }),
  property('step', 'step', 'number', 'group event, step', 'step'),
  property('run', 'run', 'text', 'run.json, id and name', 'id or name of the run'),
  property('run', 'experiment', 'text', 'run.json, experiment.name', 'name of its experiment'),
  property('run', 'method', 'text', 'run.json, method', 'training method'),
  property('run', 'backend', 'text', 'run.json, backend', 'what trained it'),
];

const byName = new Map(properties.map((p) => [p.name, p]));

/** The property of this name, or undefined: a family needs a key, others have none. */
export function propertyOf({ name, key }: PropertyName): Property | undefined {
  const found = byName.get(name);
  return found !== undefined && (found.keyed === true) === (key !== undefined) ? found : undefined;
}

/** @returns the property of a tree that was parsed without a problem */
export function declared(name: PropertyName): Property {
  const found = propertyOf(name);
  if (found === undefined) throw new Error(`No property is called ${name.name}.`);
  return found;
}

/** The name as a person would have meant it; undefined when none is near. */
export function nearest(name: string, among: readonly string[]): string | undefined {
  const best = among
    .map((word) => ({ word, far: distance(name.toLowerCase(), word) }))
    .sort((a, b) => a.far - b.far)
    .at(0);
  return best !== undefined && best.far <= Math.max(1, Math.floor(name.length / 3)) ? best.word : undefined;
}
