/** Told what provisioning is doing, a line at a time; never part of a result. */
export type OnProgress = (line: string) => void;
