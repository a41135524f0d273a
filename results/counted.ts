/** A count with its noun: `1 round`, `2 rounds`. The plural only adds an s unless it is given. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
