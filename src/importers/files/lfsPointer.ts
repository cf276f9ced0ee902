/** Git LFS keeps this in the place of a file that was not fetched. Source: git-lfs, docs/spec.md. */
const pointer = 'version https://git-lfs.github.com/spec/v1';
/** A pointer is shorter than this. */
export const pointerBytes = 1024;
/** As many first bytes of a file tell. */
export const pointerHead = pointer.length;

export const isPointer = (start: string): boolean => start.startsWith(pointer);

/** What a pointer in the place of data is called, and what to do. */
export const pointerReason = 'a Git LFS pointer, not the data: run "git lfs pull" in the repository, and import again.';
