/** The oldest Node that everything works with: the native modules need Node-API 10 (22.14), compressed segments Zstandard (22.15). */
const oldest = [22, 15] as const;
export const oldestNode = oldest.join('.');

/** @param version without the `v` */
export function isRecentNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
