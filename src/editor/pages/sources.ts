import type { StoreClientQueries } from '../../store/questions.js';
import type { AskOptions } from '../../store/readers.js';
import type { Bookmarks } from '../bookmarks.js';
import type { Diagnoses } from '../doctor/diagnoses.js';
import type { ExperimentFiles } from '../experimentFiles.js';
import type { ImportSources } from '../imports/imports.js';
import type { Marking } from '../marking.js';
import type { Links } from '../links.js';
import type { Sampling } from '../playground/samplingService.js';
import type { Runs } from '../runs.js';

/** What the answers to pages are made from. */
export interface PageSources {
  files: ExperimentFiles;
  store: StoreClientQueries;
  /** The same, for a page that may lose interest. */
  asking: (options: AskOptions) => StoreClientQueries;
  runs: Runs;
  diagnoses: Diagnoses;
  bookmarks: Bookmarks;
  links: Links;
  marking: Marking;
  sampling: Sampling;
  imports: ImportSources;
}
