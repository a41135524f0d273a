/**
 * Whether a text matches a pattern by the rules of Redis (KEYS, ACL): `*`, `?`, `[a-c]`, `[^a]`,
 * and `\` before a character that is meant as it is.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  return new RegExp(`^${translate(pattern)}$`, 'su').test(text);
}

function translate(pattern: string): string {
  const characters = [...pattern];
  let expression = '';
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') expression += '.*';
    else if (character === '?') expression += '.';
    else if (character === '[') {
      const end = classEnd(characters, at + 1);
      expression += translateClass(characters.slice(at + 1, end));
      at = end;
    } else {
      if (character === '\\' && at + 1 < characters.length) at += 1;
      expression += literal(characters[at] ?? '');
    }
  }
  return expression;
}

/** Where a class ends; the end of the pattern where it is not closed. */
function classEnd(characters: readonly string[], from: number): number {
  for (let at = from; at < characters.length; at += 1) {
    if (characters[at] === '\\') at += 1;
    else if (characters[at] === ']') return at;
  }
  return characters.length;
}

function translateClass(members: readonly string[]): string {
  const isNegated = members[0] === '^';
  let inside = '';
  for (let at = isNegated ? 1 : 0; at < members.length; at += 1) {
    if (members[at] === '\\' && at + 1 < members.length) at += 1;
    else if (members[at + 1] === '-' && at + 2 < members.length) {
      const [from = '', to = ''] = [members[at], members[at + 2]].sort();
      inside += `${literal(from)}-${literal(to)}`;
      at += 2;
      continue;
    }
    inside += literal(members[at] ?? '');
  }
  // An empty class matches nothing; a negated empty one anything.
  if (inside === '') return isNegated ? '.' : '(?!)';
  return `[${isNegated ? '^' : ''}${inside}]`;
}

function literal(character: string): string {
  if (/^[A-Za-z0-9_]$/.test(character)) return character;
  const point = character.codePointAt(0);
  return point === undefined ? '' : `\\u{${point.toString(16)}}`;
}
