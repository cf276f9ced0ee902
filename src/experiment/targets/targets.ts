/** Where an experiment runs: `launch.target`. Each target's own settings are in a file of its name; what carries them out is in `src/launch/targets/`. */
import { z } from 'zod';
import { meta } from '../keyMeta.js';
import { local } from './local.js';
import { ray } from './ray.js';
import { slurm } from './slurm.js';
import { ssh } from './ssh.js';

export const target = z
  .discriminatedUnion('name', [local, slurm, ray, ssh])
  .prefault({ name: 'local' })
  .meta(meta({ description: 'Where it runs, and how much of that it takes.' }));

export type TargetSettings = z.output<typeof target>;
export type SettingsOfTarget<Name extends TargetSettings['name']> = Extract<TargetSettings, { name: Name }>;

/** Machines that an experiment asks for. */
export const nodesOf = (settings: TargetSettings): number =>
  'nodes' in settings && typeof settings.nodes === 'number' ? settings.nodes : 1;
