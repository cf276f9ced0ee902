/** A Node to run the trainer with. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isRecentNode, oldestNode } from '../core/oldestNode.js';

const run = promisify(execFile);

export interface NodeProgram {
  executable: string;
  /** Without the `v`. */
  version: string;
}

/**
 * The Node that the user names; else the one that runs this process; else the first on PATH of the right version;
 * else the editor itself, which acts as Node when ELECTRON_RUN_AS_NODE is set (the run's watcher passes it on).
 * @throws when the one that the user names does not work or is too old
 */
export async function findNode(named?: string): Promise<NodeProgram> {
  if (named !== undefined && named !== '') {
    const node = await ask(named);
    if (!node) throw new Error(`"${named}" does not run as Node. Correct the path of the Node executable, or leave it empty.`);
    if (!isRecentNode(node.version)) throw new Error(`"${named}" is Node ${node.version}; the trainer needs ${oldestNode} or newer.`);
    return node;
  }
  const own = { executable: process.execPath, version: process.versions.node };
  if (!process.versions.electron && isRecentNode(own.version)) return own;
  const onPath = await ask('node');
  return onPath && isRecentNode(onPath.version) ? onPath : own;
}

/** @returns null when the program is not there or is no Node */
async function ask(program: string): Promise<NodeProgram | null> {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const question = 'process.versions.node + "\\n" + process.execPath';
  const out = await run(program, ['-p', question], { env, timeout: 10_000, windowsHide: true }).catch(() => null);
  const answer = /^(\d+\.\d+\.\d+\S*)\r?\n(.+)$/.exec(out?.stdout.trim() ?? '');
  return answer && { version: answer[1], executable: answer[2] };
}
