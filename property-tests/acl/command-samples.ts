import type { ArgumentDoc, CommandDoc } from './command-table.ts';

/**
 * Ways to call a command, each as the words to send: one with what it requires, and one more for
 * each option and each alternative that its documentation offers (`SORT k STORE k`, `SET k v GET`).
 * A command hides keys behind options; this finds them without knowing any command.
 */
export function sampleCommand(command: CommandDoc, key: string): string[][] {
  const variants = sequence(command.arguments, key);
  const samples = variants.map((words) => [...command.words, ...words]);
  // Undocumented arguments, and what is optional but counted: keys, as many as the arity asks for.
  return samples.map((words) => pad(words, command.wordCountMin, key));
}

function pad(words: string[], countMin: number, key: string): string[] {
  const padded = [...words];
  while (padded.length < countMin) padded.push(key);
  return padded;
}

/** The plainest words first; then each deviation of one argument, the others kept plain. */
function sequence(members: readonly ArgumentDoc[], key: string): string[][] {
  const choices = members.map((member) => spell(member, key));
  const plain = choices.map((variants) => variants[0] ?? []);
  const variants = [plain.flat()];
  for (const [at, others] of choices.entries()) {
    for (const other of others.slice(1)) {
      variants.push([...plain.slice(0, at), other, ...plain.slice(at + 1)].flat());
    }
  }
  return variants;
}

function spell(argument: ArgumentDoc, key: string): string[][] {
  const variants = spellOnce(argument, key).map((words) =>
    argument.token === undefined || argument.type === 'pure-token'
      ? words
      : [argument.token, ...words],
  );
  return argument.flags.includes('optional') ? [[], ...variants] : variants;
}

function spellOnce(argument: ArgumentDoc, key: string): string[][] {
  switch (argument.type) {
    case 'key':
      return [[key]];
    case 'block':
      return sequence(argument.members, key);
    case 'oneof':
      return argument.members.flatMap((member) => spell(member, key));
    case 'pure-token':
      return [[argument.token ?? argument.name]];
    case 'pattern':
      return [['*']];
    case 'integer':
    case 'double':
    case 'unix-time':
      // Also how many keys follow: one does.
      return [['1']];
    default:
      return [['x']];
  }
}
