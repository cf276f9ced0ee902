/** A small training of TRL, captured to the token, as a job of whatever target: it goes on as far as it is permitted to. */
import { writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect } from 'vitest';
import { readIdentity } from '../../src/protocol/identity.js';
import { trlPython } from '../builders/python.js';
import { type CommandWorld, ended, expectWhole, jobOf, reaches } from './commandWorld.js';
import { eventsOfType } from './launchWorld.js';

const STEPS = 6;
const SOLUTIONS = 4;

export class TrlJob {
  private readonly permission: string;

  /** @param target as in an experiment, the inside of a mapping; @param groups of each step, over all its processes */
  constructor(
    private readonly world: CommandWorld,
    private readonly target: string,
    private readonly groups: number,
  ) {
    this.permission = join(world.folder, 'permit');
  }

  /** As an experiment. @returns the run's directory, when its first two steps are there */
  async start(name: string): Promise<string> {
    this.permit(2);
    const script = resolve('test/fixtures/capture/train.py');
    const words = [trlPython!, script, '--output=${run_dir}/trl', '--steps=${steps}', '--whole', `--permit=${this.permission}`];
    const path = this.world.experiment(name, {
      run: JSON.stringify(words),
      command: 'resume: [--resume], capture: true, stop_grace: 0',
      target: this.target,
      env: "OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1', GLOO_SOCKET_IFNAME: lo",
      steps: STEPS,
    });
    const directory = await this.world.launch(path);
    await reaches(directory, 2);
    return directory;
  }

  /** A person stops it, and resumes it as another job. */
  async stopAndResume(directory: string): Promise<void> {
    const former = jobOf(directory);
    expect(await this.world.cli('stop', basename(directory))).toContain('stopped');
    this.permit(4);
    await this.world.cli('resume', basename(directory), '--detach');
    expect(jobOf(directory)).not.toBe(former);
    await reaches(directory, 4);
  }

  /** Whatever became of it, in the end every step, group, solution and token of it is there once. */
  async comesToItsEnd(directory: string): Promise<void> {
    this.permit(STEPS);
    expect(await ended(directory)).toMatchObject({ exit_code: 0 });
    await expectWhole(directory, STEPS);
    expect((await eventsOfType(directory, 'resume')).map(({ from_step }) => from_step)).toEqual([2, 4]);
    const steps = Array.from({ length: STEPS }, (_, i) => i + 1);
    await this.world.expectInStore(basename(directory), steps, { groups: this.groups, solutions: SOLUTIONS });
    expect(readIdentity(directory)).toMatchObject({ sampling: { logp_temperature: 0.7 } });
    expect((await eventsOfType(directory, 'log')).filter(({ level }) => level !== 'info')).toEqual([]);
  }

  private permit(step: number): void {
    writeFileSync(this.permission, String(step));
  }
}
