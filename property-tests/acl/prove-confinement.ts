import { ConnectionLostError, type RawConnection } from '../faults/raw-connection.ts';
import { type Reply, ReplyError } from '../faults/resp.ts';
import { sampleCommand } from './command-samples.ts';
import { type CommandDoc, readCommandTable } from './command-table.ts';

export interface ConfinementSubject {
  /** May do everything. */
  readonly admin: RawConnection;
  /** A fresh connection, logged in as the user whose confinement is in question. */
  readonly openAsUser: () => Promise<RawConnection>;
  /** A key of the user's own. */
  readonly ownKey: string;
  /** A key of somebody else. */
  readonly foreignKey: string;
  /** Granted, and to be let through where they name no key: PING; EVAL of a script with none. */
  readonly openCommands: ReadonlySet<string>;
  /** Commands not to be tried, because they end the server should they be let through. */
  readonly untried?: ReadonlySet<string>;
}

export interface Leak {
  readonly command: string;
  readonly words: readonly string[];
  /** `script`: called inside EVAL, the key not declared. */
  readonly path: 'direct' | 'script';
  readonly answer: string;
  /** Whether the server itself says that the words name the foreign key. */
  readonly namesForeignKey: boolean;
}

export interface Confinement {
  readonly commandCount: number;
  readonly trialCount: number;
  readonly deniedCount: number;
  /** Trials with the user's own key that were let through: above zero, or nothing was shown. */
  readonly ownAllowedCount: number;
  readonly leaks: readonly Leak[];
  /** Commands that name keys, of which no trial made the server see the foreign key. */
  readonly uncovered: readonly string[];
}

/** Redis lets everybody use these; they change the connection they are sent on. */
const ALWAYS_OPEN: ReadonlySet<string> = new Set(['auth', 'hello', 'quit', 'reset']);

/**
 * P17: every command that the server knows, in every form that its documentation offers, is
 * executed as the user on a foreign key, directly and inside a script that does not declare the
 * key. Executed, because ACL DRYRUN says OK for SCAN and for undeclared keys.
 *
 * Left out: what a module loaded later adds (it is not granted, so it is refused), and the four
 * commands that Redis lets everybody use to change who they are.
 *
 * The smallest history that breaks it: GET of the neighbour's key answers anything but NOPERM.
 */
export async function proveConfinement(subject: ConfinementSubject): Promise<Confinement> {
  const { admin, untried = new Set() } = subject;
  const commands = (await readCommandTable(admin)).filter(
    ({ name }) => !ALWAYS_OPEN.has(name) && !untried.has(name),
  );
  const tally = new Tally(subject, await subject.openAsUser());
  try {
    for (const command of commands) await tally.tryCommand(command);
    return tally.total(commands.length);
  } finally {
    tally.close();
  }
}

const ANSWER_LENGTH_MAX = 120;
const CALL_UNDECLARED = 'return redis.pcall(unpack(ARGV))';

class Tally {
  private readonly subject: ConfinementSubject;
  private user: RawConnection;
  private trialCount = 0;
  private deniedCount = 0;
  private ownAllowedCount = 0;
  private readonly leaks: Leak[] = [];
  private readonly uncovered: string[] = [];

  constructor(subject: ConfinementSubject, user: RawConnection) {
    this.subject = subject;
    this.user = user;
  }

  async tryCommand(command: CommandDoc): Promise<void> {
    const { foreignKey, ownKey } = this.subject;
    let covered = !command.namesKeys;
    for (const words of sampleCommand(command, foreignKey)) {
      const namesForeign = command.namesKeys && (await this.namesForeignKey(words));
      covered ||= namesForeign;
      await this.tryWords(command, words, 'direct', namesForeign);
      await this.tryWords(command, words, 'script', namesForeign);
    }
    if (!covered) this.uncovered.push(command.name);
    if (!command.namesKeys) return;
    const [plain = []] = sampleCommand(command, ownKey);
    if (!isDenied(await this.send(plain))) this.ownAllowedCount += 1;
  }

  close(): void {
    this.user.close();
  }

  total(commandCount: number): Confinement {
    const { trialCount, deniedCount, ownAllowedCount, leaks, uncovered } = this;
    return { commandCount, trialCount, deniedCount, ownAllowedCount, leaks, uncovered };
  }

  private async tryWords(
    command: CommandDoc,
    words: readonly string[],
    path: Leak['path'],
    namesForeignKey: boolean,
  ): Promise<void> {
    const sent = path === 'direct' ? words : ['EVAL', CALL_UNDECLARED, '0', ...words];
    const reply = await this.send(sent);
    this.trialCount += 1;
    if (isDenied(reply)) this.deniedCount += 1;
    else if (namesForeignKey || !this.subject.openCommands.has(command.name)) {
      const text = reply instanceof ReplyError ? reply.message : JSON.stringify(reply);
      const answer = text.slice(0, ANSWER_LENGTH_MAX);
      this.leaks.push({ command: command.name, words, path, answer, namesForeignKey });
    }
  }

  private async send(words: readonly string[]): Promise<Reply> {
    if (!this.user.isOpen) this.user = await this.subject.openAsUser();
    try {
      return await this.user.call(words);
    } catch (error) {
      // Not refused: the server closed the connection, or ended.
      if (error instanceof ConnectionLostError) return new ReplyError(error.message);
      throw error;
    }
  }

  private async namesForeignKey(words: readonly string[]): Promise<boolean> {
    const keys = await this.subject.admin.call(['COMMAND', 'GETKEYS', ...words]);
    return Array.isArray(keys) && keys.includes(this.subject.foreignKey);
  }
}

/** Refused before it ran, by the user's rights or by what no user may do on this server. */
export function isDenied(reply: Reply): boolean {
  return reply instanceof ReplyError && DENIALS.some((denial) => denial.test(reply.message));
}

const DENIALS = [
  /^(?:EXECABORT .*)?NOPERM /,
  // The same, to a command inside a script.
  /^ERR The user executing the script can't /,
  /^ERR ACL failure in script/,
  /^ERR This Redis command is not allowed from script/,
  /^ERR \w+ command not allowed\. If the enable-\w+-command option /,
];
