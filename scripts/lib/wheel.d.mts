/** Writes the Python package as a wheel. @returns its path */
export function buildWheel(folder: string): string;
