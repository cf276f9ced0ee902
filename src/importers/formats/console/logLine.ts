/** What a line of a trainer's terminal tells. Pure. */
import { asRecord, integer, numeric, parseJson } from '../../files/json.js';

/** How far the trainer's progress bar is. */
export interface Bar {
  kind: 'bar';
  at: number;
  of: number;
}

/** Numbers that the trainer printed. */
export interface Entry {
  kind: 'entry';
  /** Whose way of printing it is; TRL prints as every trainer on transformers does. */
  trainer: 'trl' | 'verl';
  /** Null where the line does not say it. */
  step: number | null;
  /** Of the training, or of an evaluation or the whole training at its end, which belong to the step before. */
  of: 'step' | 'step before';
  values: [name: string, value: number][];
  /** The training is over: what follows is another one. */
  last: boolean;
}

// oxlint-disable-next-line no-control-regex -- colours and movements of the cursor
const ansi = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\))/g;
/** Of a bar of transformers, which has no word before it: those of downloads, of data and of checkpoints' shards have. */
const barPattern = /^\s*\d{1,3}%\|[^|]*\|\s*(\d{1,12})\/(\d{1,12})\s*\[/;
const verlPattern = /(?:^|\s)step:(\d{1,12}) - (\S+:\S+(?: - .+)?)$/;
/** Ray says so of lines that several workers print. */
const repeated = /\s*\[repeated \d+x across cluster\].*$/;
/** A value is no longer than a number is. */
const verlName = /^[\w./@+:-]*\/[\w./@+: -]*$/;

/** A bar is drawn over the one before by a carriage return: what stands between two of them is told apart. */
export function* partsOfLine(line: string): Generator<Bar | Entry> {
  for (const raw of line.replace(ansi, '').split('\r')) {
    const bar = barPattern.exec(raw);
    if (bar) yield { kind: 'bar', at: Number(bar[1]), of: Number(bar[2]) };
    const entry = recordEntry(raw) ?? verlEntry(raw);
    if (entry) yield entry;
  }
}

/** Whether a line that has no end yet is one already: a record ends by itself. */
export const isWholeLine = (text: string): boolean => recordEntry(text.replace(ansi, '').split('\r').at(-1)!) !== null;

/** Whether an entry has begun in a line that has no end yet. */
export const beginsEntry = (text: string): boolean => /\{['"][\w/]+['"]: |(?:^|\s)step:\d+ - \S/.test(text.split('\r').at(-1)!);

/** `{'loss': 0.5, 'reward': '0.25', 'epoch': 0.01}`, whatever stands before it. */
function recordEntry(raw: string): Entry | null {
  const start = raw.search(/\{['"]/);
  const text = start < 0 ? '' : raw.slice(start).trimEnd();
  if (!text.endsWith('}')) return null;
  const record = pythonRecord(text);
  if (!record) return null;
  const values = numbersOf(record);
  const step = integer(record.step) ?? integer(record.global_step);
  // transformers adds the epoch to whatever it prints; a trainer of somebody's own says at least the step.
  if (values.length < 2 || (numeric(record.epoch) === null && (step === null || step < 0))) return null;
  // Beside a step's own line, too, there is a runtime where transformers counts tokens.
  const last = 'train_loss' in record;
  const evaluation = Object.keys(record).some((name) => name.startsWith('eval_'));
  return { kind: 'entry', trainer: 'trl', step, of: last || evaluation ? 'step before' : 'step', values, last };
}

function numbersOf(record: Record<string, unknown>): [string, number][] {
  return Object.entries(record).flatMap(([name, value]): [string, number][] => {
    const n = typeof value === 'boolean' || name === 'step' || name === 'global_step' ? null : numeric(value);
    return n === null ? [] : [[name, n]];
  });
}

const words: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false', nan: 'NaN', inf: 'Infinity' };

/** A dict as Python prints it; numbers of numpy and torch lose their shells. */
function pythonRecord(text: string): Record<string, unknown> | null {
  const json = text.replace(
    /'((?:[^'\\]|\\.)*)'|"(?:[^"\\]|\\.)*"|\b(?:None|True|False|nan|inf)\b|\b(?:np\.|numpy\.)?(?:float|int|tensor)\d*\(|\)/g,
    (token, inner: string | undefined) => {
      if (inner !== undefined) return JSON.stringify(inner.replace(/\\(.)/g, '$1'));
      return token.startsWith('"') ? token : Object.hasOwn(words, token) ? words[token] : '';
    },
  );
  try {
    return asRecord(parseJson(json));
  } catch {
    return null; // braces of something else
  }
}

/** `step:3 - actor/entropy:0.57 - critic/score/mean:0.35`: every part has a name and a value, and verl's names have a slash. */
function verlEntry(raw: string): Entry | null {
  const match = verlPattern.exec(raw.replace(repeated, '').trimEnd());
  if (!match) return null;
  const values: [string, number][] = [];
  for (const part of match[2].split(' - ')) {
    const at = part.lastIndexOf(':');
    const name = part.slice(0, at).trim();
    if (at < 1 || /\s/.test(part.slice(at + 1))) return null;
    const value = numeric(part.slice(at + 1).replace(/^(?:np\.)?(?:float|int)\d*\((.*)\)$/, '$1'));
    if (value !== null) values.push([name, value]);
  }
  const isVerl = values.some(([name]) => verlName.test(name));
  return isVerl ? { kind: 'entry', trainer: 'verl', step: Number(match[1]), of: 'step', values, last: false } : null;
}
