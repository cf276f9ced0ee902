/** A turn that a queue has given a job, may take back, and may give it again: the same script then runs once more, under the same id. */
export interface Turn {
  /** How many turns it had before. */
  former: number;
  /** Names of the nodes that it runs on, as the queue writes them. */
  nodes: string | undefined;
  /** Ends this turn and waits for another. @throws with the queue's own message when it gives no other */
  giveBack(): Promise<void>;
  /** Whether the queue itself has taken it back, and gives another: a node has failed, or a job of higher priority has its place. */
  isTakenBack(): Promise<boolean>;
}
