/** One line per format. */
import { generic } from './generic/index.js';
import { groupJsonl } from './groupJsonl.js';
import type { Importer } from './importer.js';
import { trl } from './trl.js';

export const importers: readonly Importer[] = [trl, groupJsonl, generic];
