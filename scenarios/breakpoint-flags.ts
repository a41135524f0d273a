import type { Command } from 'commander';
import { addReportFlags } from '../results/report-command.ts';
import { parseBreakpointOptions } from './breakpoint/options.ts';

const EXAMPLES = `
Times are those of the hot tenant's ordinary rate. Defaults are in brackets and
suit two cores. Exit 0: measured, or --at-least is shown to hold. 1: it is shown
to break before. 2: neither.

Examples:
  $ partywall run breakpoint                    how far: protections on and off
  $ partywall run breakpoint --quick            in two minutes, a wider interval
  $ partywall run breakpoint --plan             what would be started
  $ partywall run breakpoint --at-least 50 --protections on  a gate for CI
  $ partywall run breakpoint --without limiter  what the limiter alone is worth
  $ partywall run breakpoint --html reach.html  a page to show to others`;

/** Adds the flags of a breakpoint run; `parseBreakpointOptions` judges their values. */
export function addBreakpointFlags(command: Command): Command {
  const { spike: usual, without } = parseBreakpointOptions({}, () => 0);
  return addReportFlags(command)
    .option('--at-least <times>', 'must be shown to hold with protections (only measured)')
    .option('--max-times <times>', 'the most that is tried (all that the generators can offer)')
    .option('--protections <on|off|both>', 'settings that are tried, in turns (both)')
    .option('--without <list>', `what is taken away in the setting "off" (${without.join(',')})`)
    .option('--redis <url>', 'shared server (or REDIS_URL); without it two are embedded')
    .option('--placebo-redis <url>', 'unshared server of the same configuration')
    .option('--allow-remote <host>', 'host that may be used although it is not this machine')
    .option('--namespace <name>', 'keeps our keys apart on a server that is not empty')
    .option('--clean-up', 'first removes the keys of a run that was cut off there, and no others')
    .option('--backend-workers <n>', `loads the back-end serves at once (${usual.backendWorkers})`)
    .option('--backend-ms <ms>', `time that one load keeps a worker busy (${usual.backendMs})`)
    .option('--window <seconds>', `measured time of an arm in a round (${usual.windowMs / 1000})`)
    .option('--guard <seconds>', `discarded time before each part (${usual.guardMs / 1000})`)
    .option('--neighbours <n>', `tenants that are observed (${usual.neighbours})`)
    .option('--neighbour-rate <rate>', `requests/s of each (${usual.neighbourRatePerSecond})`)
    .option('--max-rise <percent>', `the rise at which isolation breaks (${usual.maxRisePercent})`)
    .option('--max-duration <seconds>', `ends then, shown or not (${usual.maxDurationMs / 1000})`)
    .option('--seed <n>', 'root of everything random, printed with each run')
    .option('--quick', 'a short run with a wide interval')
    .option('--plan', 'print what would be started, touched, and for how long; start nothing')
    .option('--json <file>', 'where the record goes; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES);
}
