import { SCRIPTS } from '../../core/stores/lua/scripts.generated.ts';

/**
 * The commands that the core's scripts call inside Redis, lower case and sorted: read from the
 * scripts themselves, so that a user made from them cannot fall behind. Redis holds a script to the
 * rights of the user who runs it, command by command and key by key.
 */
export function findScriptCommands(
  sources: readonly string[] = Object.values(SCRIPTS).map(({ source }) => source),
): string[] {
  const found = new Set<string>();
  for (const source of sources) {
    for (const [, command] of source.matchAll(CALLED)) {
      if (command === undefined) throw new Error('a script calls a command it does not name');
      found.add(command.toLowerCase());
    }
  }
  return [...found].sort();
}

/** A call whose command is not spelt out matches without a name, and is refused above. */
const CALLED = /(?<![\w.])(?:redis\.p?)?call\(\s*(?:"([A-Za-z]+)"|(?!["\s]))/g;
