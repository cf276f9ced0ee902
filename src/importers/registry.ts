/** One line per format. */
import type { Importer } from './importer.js';

export const importers: readonly Importer[] = [];
