import { loadPyodide } from 'pyodide';
import { BoundedText } from './boundedText.js';
import { cutOff, prepareWorker, resetRandom } from './cutOff.js';
import type { PythonLimits, ToolResult } from './python.js';
import { type FileSystem, makeReadOnly, tidy } from './readOnly.js';

/** What Pyodide keeps inside: its public calls leave objects that tie both languages together, which must not outlive a program. */
interface Inside {
  HEAPU8: Uint8Array;
  FS: FileSystem;
  stringToNewUTF8(text: string): number;
  _free(pointer: number): void;
  /** 0, or −1 when the program raised an error, which is then on standard error. */
  _PyRun_SimpleString(program: number): number;
}

/** Python forgets the bridge to JavaScript and the shell, so that asking for them fails in a way that a program understands. */
const forget = `
import sys, os, posix
for name in [n for n in sys.modules if n.split('.')[0] in ('js', 'pyodide_js', 'pyodide', '_pyodide', '_pyodide_core')]:
    sys.modules[name] = None
sys.meta_path[:] = [f for f in sys.meta_path if 'pyodide' not in getattr(f, '__module__', type(f).__module__)]
del os.system, posix.system, sys, os, posix, name, _pyodide_core
`;

const home = '/home/pyodide';
const flush = 'import sys\nsys.stdout.flush()\n';

/**
 * Loads Python once and cuts the thread off. Every program finds the interpreter as it was then, byte for byte, whatever ran before:
 * the interpreter is its memory, and the memory is put back.
 */
export async function startInterpreter(limits: PythonLimits): Promise<(program: string) => ToolResult> {
  prepareWorker(limits.memory);
  const pyodide = await loadPyodide({ env: { PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', HOME: home, TZ: 'UTC' } });
  const inside = (pyodide as unknown as { _module: Inside })._module;
  const stdout = new BoundedText(limits.output);
  const stderr = new BoundedText(limits.output);
  pyodide.setStdin({ stdin: () => null });
  pyodide.setStdout({ write: (bytes) => stdout.write(bytes) });
  pyodide.setStderr({ write: (bytes) => stderr.write(bytes) });
  const execute = (program: string): boolean => {
    const text = inside.stringToNewUTF8(program);
    const code = inside._PyRun_SimpleString(text);
    inside._free(text);
    return code === 0;
  };
  if (!execute(forget)) throw new Error(`Python did not start: ${stderr.text()}`);
  makeReadOnly(inside.FS);
  tidy(inside.FS, home);
  const fresh = inside.HEAPU8.slice();
  cutOff();

  return (program) => {
    inside.HEAPU8.set(fresh);
    inside.HEAPU8.fill(0, fresh.length);
    tidy(inside.FS, home);
    resetRandom();
    stdout.clear();
    stderr.clear();
    try {
      const done = execute(program);
      if (!stdout.full) execute(flush);
      const printed = stdout.text();
      if (stdout.full || stderr.full) return { kind: 'output', stdout: printed, message: `OutputError: more than ${limits.output} bytes` };
      return done ? { kind: 'ok', stdout: printed, message: '' } : failed(printed, stderr.text());
    } catch (error) {
      const message = error instanceof RangeError ? 'RecursionError: the stack is used up' : 'Python was ended by the program';
      return { kind: 'crash', stdout: stdout.text(), message };
    }
  };
}

/** @param errors a traceback; its last line says what was raised */
function failed(stdout: string, errors: string): ToolResult {
  const message = errors.trimEnd().split('\n').at(-1) ?? '';
  if (/^SystemExit(: (?:0|None))?$/.test(message)) return { kind: 'ok', stdout, message: '' };
  return { kind: message.startsWith('MemoryError') ? 'memory' : 'error', stdout, message };
}
