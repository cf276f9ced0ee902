/** What `npm run e2e` prepares. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the end-to-end tests with "npm run e2e".`);
  return value;
}
