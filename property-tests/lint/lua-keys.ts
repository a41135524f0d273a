import { namesKeyFirst } from './commands.ts';

const CALL = /redis\.p?call\s*\(\s*(['"])(\w+)\1\s*,\s*([^,)\n]+(?:\[[^\]]*\][^,)\n]*)?)/g;
const LOCAL = /\blocal\s+(\w+)\s*=\s*([^\n;]+)/g;

/** Whether a script puts something from ARGV where a command expects a key. */
export function takesKeyFromArgv(lua: string): boolean {
  const made = new Map<string, string>();
  for (const [, name = '', value = ''] of lua.matchAll(LOCAL)) made.set(name, value);
  for (const [, , command = '', key = ''] of lua.matchAll(CALL)) {
    if (!namesKeyFirst(command.toLowerCase())) continue;
    const text = made.get(key.trim()) ?? key;
    // What a command answered is not the argument it was asked with.
    if (/\bARGV\s*\[/.test(text) && !/redis\.p?call/.test(text)) return true;
  }
  return false;
}
