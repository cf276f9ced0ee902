/** `grpo-lab validate FILE…` */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { findExperiments } from '../../experiment/find.js';
import { parseExperiment, type ExperimentProblem } from '../../experiment/parse.js';
import type { ExperimentFile } from '../../experiment/lineage.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import type { Output } from '../output.js';

/** `file:line:column: message` of every problem; a folder stands for the experiment files in it. */
export async function validate(output: Output, paths: readonly string[]): Promise<ExitCode> {
  const files = (await Promise.all(paths.map(experimentsAt))).flat();
  if (files.length === 0) throw new CliError(`No experiment files (*.experiment.yaml) in ${paths.join(', ')}.`, exit.usage);
  const others = await around(files);
  const results = await Promise.all(
    files.map(async (file) => {
      const known = others.flatMap((o) => (o.path === resolve(file) ? [] : [o.experiment]));
      return { file, ...parseExperiment(await readFile(file, 'utf8'), known) };
    }),
  );
  for (const { file, experiment, problems } of results) {
    for (const problem of problems) output.line(problemLine(file, problem));
    if (experiment) output.line(`${file}: ok (${experiment.name}: ${experiment.method.name}, ${experiment.steps} steps)`);
  }
  output.value(
    results.map(({ file, experiment, problems }) => ({
      file,
      ok: experiment !== null,
      name: experiment?.name ?? null,
      problems: problems.map(({ message, severity, range, path }) => ({
        severity,
        line: range.start.line,
        column: range.start.column,
        path,
        message,
      })),
    })),
  );
  return results.every((r) => r.experiment) ? exit.ok : exit.usage;
}

export const problemLine = (file: string, { range, severity, message }: ExperimentProblem): string =>
  `${file}:${range.start.line}:${range.start.column}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;

/** The experiments in the folders of some files: what these build on. */
async function around(files: readonly string[]): Promise<ExperimentFile[]> {
  const folders = new Set(files.map((file) => dirname(resolve(file))));
  const paths = new Set((await Promise.all([...folders].map((folder) => findExperiments(folder)))).flat());
  const read = async (path: string): Promise<ExperimentFile[]> => {
    const { experiment } = parseExperiment(await readFile(path, 'utf8').catch(() => ''));
    return experiment ? [{ path, experiment }] : [];
  };
  return (await Promise.all([...paths].map(read))).flat();
}

async function experimentsAt(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => null);
  if (!stats) throw new CliError(`There is no file ${path}.`, exit.usage);
  return stats.isDirectory() ? findExperiments(path) : [path];
}
