import type { Command } from 'commander';
import { addReportFlags, type CiFlags } from '../results/report-command.ts';
import { parseSpikeOptions, type RawSpikeOptions, SPIKE_PROTECTIONS } from './spike/options.ts';

const EXAMPLES = `
Defaults are in brackets and suit two cores.

Examples:
  $ partywall run spike                    a verdict, or why there is none
  $ partywall run spike --quick            short; says what it cannot decide
  $ partywall run spike --plan             what would be started and touched
  $ partywall run spike --without limiter  a protection off: this must FAIL
  $ partywall run spike --json - --quiet   the record on standard output
  $ partywall run spike --html spike.html  a page to show to others
  $ partywall run spike --redis redis://127.0.0.1:7000 \\
      --placebo-redis redis://127.0.0.1:7001`;

/** What the command line of a spike says beside the options of the run itself. */
export interface SpikeOutput {
  /** File of the record; `-` is standard output. */
  readonly json?: string;
  readonly quiet: boolean;
  /** Only say what would be done. */
  readonly plan: boolean;
  /** Page, JUnit and Markdown of the result, and what blocks. */
  readonly reports: CiFlags;
}

/** Adds the flags of a spike; their values stay text, `parseSpikeOptions` judges them. */
export function addSpikeFlags(command: Command): Command {
  const usual = parseSpikeOptions({}, () => 0);
  return addReportFlags(command)
    .option('--redis <url>', 'shared server (or REDIS_URL); without it two are embedded')
    .option('--placebo-redis <url>', 'unshared server of the same configuration')
    .option('--allow-remote <hosts>', 'hosts that may be used although not this machine: a,b')
    .option('--namespace <name>', 'keeps our keys apart on a server that is not empty')
    .option('--clean-up', 'first removes the keys of a run that was cut off there, and no others')
    .option('--backend-workers <n>', `loads the back-end serves at once (${usual.backendWorkers})`)
    .option('--backend-ms <ms>', `time that one load keeps a worker busy (${usual.backendMs})`)
    .option('--rounds <n|auto>', `measured rounds (${usual.rounds}: looks after 6, 12, 18, 24)`)
    .option('--window <seconds>', `measured time of an arm in a round (${usual.windowMs / 1000})`)
    .option(
      '--guard <seconds>',
      `discarded time before each of a window's four parts (${usual.guardMs / 1000})`,
    )
    .option('--neighbours <n>', `tenants that are observed (${usual.neighbours})`)
    .option('--neighbour-rate <rate>', `requests/s of each (${usual.neighbourRatePerSecond})`)
    .option('--hot-rate <rate>', `requests/s of the hot tenant (${usual.hotRatePerSecond})`)
    .option('--without <list>', `protections to take away: ${SPIKE_PROTECTIONS.join(', ')}, all`)
    .option('--with <list>', 'local-deny: remember rejections before they reach Redis')
    .option('--gate <cells>', 'test more cells: p99, worst')
    .option('--max-rise <percent>', `the bound to prove (${usual.maxRisePercent})`)
    .option('--max-duration <seconds>', `ends then, decided or not (${usual.maxDurationMs / 1000})`)
    .option('--seed <n>', 'root of everything random, printed with each run')
    .option('--quick', 'a short run that decides only what is large')
    .option('--config <file>', 'more flags, as { spike: { ... } } (partywall.config.ts)')
    .option('--plan', 'print what would be started, touched, and for how long; start nothing')
    .option('--json <file>', 'where the record goes; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES);
}

/**
 * Divides parsed flags into what the run is made of and what happens to its result. The server may
 * come from REDIS_URL, where an empty one counts as none.
 */
export function splitSpikeFlags(
  flags: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
): { readonly raw: RawSpikeOptions; readonly output: SpikeOutput } {
  const {
    config: _,
    json,
    html,
    junit,
    markdown,
    annotations,
    allowInconclusive,
    quiet,
    plan,
    ...given
  } = flags;
  const redisUrl = env['REDIS_URL'];
  const fromEnv = redisUrl ? { redis: redisUrl, redisField: 'REDIS_URL' } : {};
  const raw = given['redis'] === undefined ? { ...fromEnv, ...given } : given;
  const output: SpikeOutput = {
    ...(typeof json === 'string' ? { json } : {}),
    quiet: quiet === true,
    plan: plan === true,
    reports: {
      ...(typeof html === 'string' ? { html } : {}),
      ...(typeof junit === 'string' ? { junit } : {}),
      ...(typeof markdown === 'string' ? { markdown } : {}),
      annotations: annotations === true,
      allowInconclusive: allowInconclusive === true,
    },
  };
  return { raw, output };
}
