/** The worker in which Python runs: WebAssembly with a file system in memory, cut off from everything else before the first program. */
import { parentPort, workerData } from 'node:worker_threads';
import { startInterpreter } from './interpreter.js';
import type { PythonLimits } from './python.js';

const port = parentPort!;

void startInterpreter(workerData as PythonLimits).then((run) => {
  port.on('message', (program: string) => port.postMessage(run(program)));
  port.postMessage('ready');
});
