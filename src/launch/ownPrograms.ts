/** GRPO Lab's own programs: the folder of bundles, and what runs them. */
export interface Programs {
  /** Node, or the editor acting as Node. */
  executable: string;
  folder: string;
}

/** The programs in a folder, run by the executable that runs this process. */
export const programsIn = (folder: string): Programs => ({ executable: process.execPath, folder });
