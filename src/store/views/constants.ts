/** A metric that has the same value at each of its steps. */
export interface Constant {
  metric: string;
  value: number;
  /** Steps it was told for. */
  n: number;
}
