import { join } from 'node:path';
import { Python, type RunPython } from './python.js';

let python: Python | undefined;

/** The Python of this process, loaded when the first program asks for it. */
export const runPython: RunPython = (program) => (python ??= new Python(join(__dirname, 'pythonWorker.cjs'))).run(program);
