import { hostname } from 'node:os';

/**
 * The host name of this machine, for people and for names of files. Code outside this folder must not conclude from it where a job runs.
 */
export const thisMachine = (): string => hostname();
