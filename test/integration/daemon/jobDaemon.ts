/**
 * A small real job daemon, for the tests of targets: a queue with one slot, job ids of its own, and nothing said of processes.
 * `node jobDaemon.mjs` prints the port that it listens on; it lives until its standard input ends, its jobs with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { JobState, Work } from '../../../src/launch/job.js';

/** What is asked of it, as one JSON value; `task` says what to do with which job. */
export type DaemonRequest =
  { task: 'submit'; work: Work; stdout: string; stderr: string } | { task: 'state' | 'ask' | 'kill'; job: string };
export type DaemonAnswer = { job: string } | JobState;

interface Entry {
  request: Extract<DaemonRequest, { task: 'submit' }>;
  state: JobState;
  child?: ChildProcess;
}

const jobs = new Map<string, Entry>();

function next(): void {
  const entries = [...jobs.values()];
  const first = entries.find((e) => e.state.kind === 'queued');
  if (!first || entries.some((e) => e.state.kind === 'running')) return;
  const { work, stdout, stderr } = first.request;
  const [program, ...args] = work.argv;
  const files = [stdout, stderr].map((file) => openSync(file, 'a'));
  const child = spawn(program, args, { cwd: work.cwd, env: { ...process.env, ...work.env }, detached: true, stdio: ['ignore', ...files] });
  files.forEach((fd) => closeSync(fd));
  first.child = child;
  first.state = { kind: 'running' };
  const end = (exitCode: number | null, signal: string | null): void => {
    first.state = { kind: 'ended', exitCode, signal };
    signalGroup(child, 'SIGKILL');
    next();
  };
  child.once('error', () => end(127, null));
  child.once('exit', end);
}

function answer(request: DaemonRequest): DaemonAnswer {
  if (request.task === 'submit') {
    const job = String(jobs.size + 1);
    jobs.set(job, { request, state: { kind: 'queued' } });
    next();
    return { job };
  }
  const entry = jobs.get(request.job);
  if (!entry) return { kind: 'gone' };
  if (request.task !== 'state') {
    if (entry.state.kind === 'queued') entry.state = { kind: 'ended', exitCode: null, signal: 'SIGTERM' };
    if (entry.child) signalGroup(entry.child, request.task === 'kill' ? 'SIGKILL' : 'SIGTERM');
  }
  return entry.state;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // it has ended
  }
}

const server = createServer((request, response) => {
  void text(request).then((body) => response.end(JSON.stringify(answer(JSON.parse(body) as DaemonRequest))));
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
process.stdin.resume().once('end', () => {
  for (const { child, state } of jobs.values()) if (child && state.kind === 'running') signalGroup(child, 'SIGKILL');
  process.exit(0);
});
