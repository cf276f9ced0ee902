/** What the watcher and a target's script print, in the run directory. */
export const RUNNER_LOG = 'runner.log';
