import { hostname } from 'node:os';

/** What this machine is called, for people and for the names of files: to others it says nothing of where a job runs. */
export const thisMachine = (): string => hostname();
