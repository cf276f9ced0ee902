/** A command line of Python, taken apart: what starts it as several processes has to stand between the interpreter and the program. */

export interface PythonCommand {
  /** The interpreter and its own flags: `python -u`. */
  interpreter: string[];
  /** The script, or `-m` and the module, and all that follows. */
  program: string[];
}

/** Flags of the interpreter whose value is a word of its own. */
const withValue = new Set(['-W', '-X']);

/** @returns undefined for what is no Python, or a program given as text or on standard input (`-c`, `-`) */
export function pythonCommand(argv: readonly string[]): PythonCommand | undefined {
  const [executable = ''] = argv;
  const name = executable.split(/[/\\]/).at(-1)!;
  if (executable !== '${python}' && !/^python[\d.]*(?:\.exe)?$/.test(name)) return undefined;
  let at = 1;
  while (argv[at]?.startsWith('-') && !['-m', '-c', '-'].includes(argv[at])) at += withValue.has(argv[at]) ? 2 : 1;
  const program = argv.slice(at);
  if (program.length === 0 || program[0] === '-c' || program[0] === '-') return undefined;
  return { interpreter: argv.slice(0, at), program };
}
