/** One line per format. */
import { generic } from './generic/index.js';
import { groupJsonl } from './groupJsonl.js';
import type { Importer } from './importer.js';

export const importers: readonly Importer[] = [groupJsonl, generic];
