import type { RawConnection } from '../faults/raw-connection.ts';
import { type Reply, ReplyError } from '../faults/resp.ts';

/** An argument as COMMAND DOCS describes it. */
export interface ArgumentDoc {
  readonly name: string;
  readonly type: string;
  readonly token: string | undefined;
  readonly flags: readonly string[];
  readonly members: readonly ArgumentDoc[];
}

/** A command or subcommand of the server. */
export interface CommandDoc {
  /** Lower case, a subcommand behind a bar: `config|get`. */
  readonly name: string;
  /** What is sent before the arguments: `config`, `get`. */
  readonly words: readonly string[];
  readonly arguments: readonly ArgumentDoc[];
  /** How many words at least, the name included. */
  readonly wordCountMin: number;
  /** Whether the server says that it names keys, or may. */
  readonly namesKeys: boolean;
}

/** Every command and subcommand that the server knows, as it describes them itself. */
export async function readCommandTable(admin: RawConnection): Promise<CommandDoc[]> {
  const docs = fields(await admin.call(['COMMAND', 'DOCS']));
  const facts = new Map<string, Facts>();
  for (const row of list(await admin.call(['COMMAND', 'INFO']))) collectFacts(row, facts);
  const table: CommandDoc[] = [];
  for (const [name, doc] of docs) collectDocs(name, fields(doc), facts, table);
  return table;
}

interface Facts {
  readonly arity: number;
  readonly namesKeys: boolean;
}

/** A row of COMMAND INFO: name, arity, flags, first key, last, step, categories, tips, key specs. */
function collectFacts(row: Reply, facts: Map<string, Facts>): void {
  const columns = list(row);
  const name = text(columns[0]).toLowerCase();
  const flags = list(columns[2]).map(text);
  const specs = list(columns[8]).map((spec) => list(fields(spec).get('flags')).map(text));
  // A spec may describe a channel, which is sharded like a key and is none.
  const namesKeys =
    specs.some((spec) => !spec.includes('not_key')) || flags.includes('movablekeys');
  facts.set(name, { arity: Math.abs(Number(columns[1])), namesKeys });
  for (const member of list(columns[9])) collectFacts(member, facts);
}

function collectDocs(
  name: string,
  doc: ReadonlyMap<string, Reply>,
  facts: ReadonlyMap<string, Facts>,
  table: CommandDoc[],
): void {
  const members = fields(doc.get('subcommands') ?? []);
  for (const [member, memberDoc] of members) collectDocs(member, fields(memberDoc), facts, table);
  // By itself, what only holds subcommands is no command.
  if (members.size > 0) return;
  const { arity = 1, namesKeys = false } = facts.get(name) ?? {};
  table.push({
    name,
    words: name.split('|'),
    arguments: readArguments(doc.get('arguments')),
    wordCountMin: arity,
    namesKeys,
  });
}

function readArguments(reply: Reply | undefined): ArgumentDoc[] {
  return list(reply ?? []).map((one) => {
    const doc = fields(one);
    const token = doc.get('token');
    return {
      name: text(doc.get('name')),
      type: text(doc.get('type')),
      token: token === undefined ? undefined : text(token),
      flags: list(doc.get('flags') ?? []).map(text),
      members: readArguments(doc.get('arguments')),
    };
  });
}

/** A RESP2 map: names and values in turn. */
function fields(reply: Reply): Map<string, Reply> {
  const members = list(reply);
  const found = new Map<string, Reply>();
  for (let at = 0; at + 1 < members.length; at += 2) {
    found.set(text(members[at]), members[at + 1] ?? null);
  }
  return found;
}

function list(reply: Reply | undefined): readonly Reply[] {
  if (Array.isArray(reply)) return reply as readonly Reply[];
  if (reply instanceof ReplyError) throw new Error(`the server answered ${reply.message}`);
  return [];
}

function text(reply: Reply | undefined): string {
  return typeof reply === 'string' ? reply : '';
}
