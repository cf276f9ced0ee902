/** Text of an experiment file → an experiment with its defaults, or problems at exact places. */
import { messageOf } from '../core/messageOf.js';
import { checkTogether } from './checks.js';
import { explain, type SchemaFinding } from './findings.js';
import { type Experiment, experimentSchema } from './schema.js';
import { ExperimentSource, type KeyPath, type Range } from './yamlSource.js';

export interface ExperimentProblem {
  /** What, where, and what to do. */
  message: string;
  severity: 'error' | 'warning';
  range: Range;
  path: KeyPath;
  /** A text that would make it right in place of `range`. */
  suggestion?: string;
}

export interface ParsedExperiment {
  /** Null when there is an error among the problems. */
  experiment: Experiment | null;
  /** In the order of the text. */
  problems: ExperimentProblem[];
}

/** No experiment comes near this; a larger file is a mistake or an attack. */
const MAX_CHARACTERS = 256 * 1024;
/** More than this helps nobody. */
const MAX_PROBLEMS = 50;

/** @param others experiments that this one may build on, as far as they are known */
export function parseExperiment(text: string, others: readonly Experiment[] = []): ParsedExperiment {
  if (text.length > MAX_CHARACTERS) {
    const start = { offset: 0, line: 1, column: 1 };
    const message = `The file has ${text.length} characters; an experiment has at most ${MAX_CHARACTERS}. Is this the right file?`;
    return {
      experiment: null,
      problems: [{ message, severity: 'error', range: { start, end: { offset: 1, line: 1, column: 2 } }, path: [] }],
    };
  }
  let source: ExperimentSource;
  let root: unknown;
  try {
    source = new ExperimentSource(text);
    const problems = syntaxProblems(source);
    if (problems.some((p) => p.severity === 'error')) return { experiment: null, problems };
    root = source.value();
  } catch (error) {
    return { experiment: null, problems: [unreadable(error, new ExperimentSource(''))] };
  }
  const result = experimentSchema.safeParse(root);
  const findings = result.success
    ? checkTogether(result.data, (path) => source.find(path) !== undefined, others)
    : result.error.issues.flatMap((issue) => explain(issue, root));
  const problems = [...syntaxProblems(source), ...findings.map((f) => placed(f, source))];
  problems.sort((a, b) => a.range.start.offset - b.range.start.offset);
  const broken = problems.some((p) => p.severity === 'error');
  return { experiment: result.success && !broken ? result.data : null, problems: problems.slice(0, MAX_PROBLEMS) };
}

function placed(finding: SchemaFinding & { severity?: 'warning' }, source: ExperimentSource): ExperimentProblem {
  return {
    message: finding.message,
    severity: finding.severity ?? 'error',
    range: finding.at === 'key' ? source.keyRange(finding.path) : source.valueRange(finding.path),
    path: finding.path,
    ...(finding.suggestion !== undefined && { suggestion: finding.suggestion }),
  };
}

function syntaxProblems(source: ExperimentSource): ExperimentProblem[] {
  const { errors, warnings } = source.document;
  const problem = (severity: ExperimentProblem['severity'], e: (typeof errors)[number] | (typeof warnings)[number]): ExperimentProblem => {
    const twice = e.code === 'DUPLICATE_KEY' ? /^[^:\s]+/.exec(source.text.slice(e.pos[0]))?.[0] : undefined;
    return {
      message: e.message.includes('call stack')
        ? 'The file is nested too deeply to be an experiment.'
        : twice === undefined
          ? `Not valid YAML: ${e.message.replace(/\.?$/, '.')}`
          : `The key ${twice} is given twice; keep one.`,
      severity,
      range: source.range(e.pos[0], twice === undefined ? e.pos[1] : e.pos[0] + twice.length),
      path: [],
    };
  };
  // One mistake often makes the parser complain again at the same place.
  const first = errors.filter((e, i) => errors.findIndex((other) => other.pos[0] === e.pos[0]) === i);
  return [...first.map((e) => problem('error', e)), ...warnings.map((w) => problem('warning', w))].slice(0, MAX_PROBLEMS);
}

function unreadable(error: unknown, empty: ExperimentSource): ExperimentProblem {
  const why = error instanceof RangeError ? 'it is nested too deeply' : messageOf(error);
  return { message: `The file cannot be read as an experiment: ${why}.`, severity: 'error', range: empty.range(0, 1), path: [] };
}
