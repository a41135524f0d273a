import { randomInt } from 'node:crypto';
import { showReport } from '../../results/beside-outputs.ts';
import { renderJunit } from '../../results/junit.ts';
import { EXIT_INTERRUPTED } from '../../results/output/exit-codes.ts';
import { watchInterruption } from '../../results/output/interruption.ts';
import { prepareOutputs } from '../../results/output/record-file.ts';
import { showProgress } from '../../results/output/show-progress.ts';
import { tryAll } from '../../results/output/try-all.ts';
import { writeJson, writeText } from '../../results/output/write-json.ts';
import { quoteForShell } from '../../results/quote-for-shell.ts';
import type { Host } from '../../results/schema.ts';
import { OUR_CORE } from '../laws/core-under-test.ts';
import { MEMORY } from '../laws/ground.ts';
import { PROPERTY_IDS } from '../laws/law.ts';
import { LAWS } from '../laws/laws.ts';
import { proveLaw } from '../laws/prove-law.ts';
import { parseNames, parseNumbers, SEED_MAX } from '../prove/amounts.ts';
import { judgeMutants } from './judge-mutants.ts';
import { stateOf } from './mutant-state.ts';
import { MUTANTS } from './mutants.ts';
import { renderMutantsPage, summariseMutants } from './mutants-page.ts';
import { MUTANTS_RECORD_VERSION, type MutantLine, type MutantsRecord } from './mutants-record.ts';
import { renderMutants } from './render-mutants.ts';
import { type MutantResult, tryMutant } from './try-mutant.ts';

export interface MutantsPorts {
  readonly readHost: (tools: Readonly<Record<string, string>>) => Host;
  readonly readGitRevision: () => Promise<string | null>;
}

export interface MutantsFlags {
  readonly cases?: string;
  readonly seed?: string;
  readonly only?: string;
  readonly json?: string;
  readonly junit?: string;
  readonly html?: string;
  readonly quiet?: boolean;
}

export const CASES_USUAL = 400;
const CASES_MAX = 1_000_000;
const EXIT_CODES = { PASS: 0, FAIL: 1, INVALID: 2 } as const;

/** `partywall mutants`: puts every mutant before every law, writes, shows; the exit code. */
export async function runMutants(flags: MutantsFlags, ports: MutantsPorts): Promise<number> {
  const [cases = CASES_USUAL, seed = 0] = parseNumbers([
    {
      field: '--cases',
      text: flags.cases,
      usual: CASES_USUAL,
      least: 1,
      most: CASES_MAX,
      isWhole: true,
    },
    {
      field: '--seed',
      text: flags.seed,
      usual: randomInt(SEED_MAX),
      least: 0,
      most: SEED_MAX,
      isWhole: true,
    },
  ]);
  const names = parseNames(
    '--only',
    flags.only,
    MUTANTS.map(({ name }) => name),
  );
  const { quiet = false } = flags;
  await prepareOutputs(flags);
  const progress = showProgress({ stream: process.stderr, quiet, nowMs: () => performance.now() });
  const exitNow = () => process.exit(EXIT_INTERRUPTED);
  const { signal, forget } = watchInterruption(progress.say, exitNow);
  try {
    const startedAt = new Date().toISOString();
    const reasons = await tryUntouched(seed, cases, signal, (law, at) => {
      progress.advance(at, LAWS.length, `the untouched core: ${law}`);
    });
    const lines: MutantLine[] = [];
    for (const mutant of MUTANTS.filter(({ name }) => names.includes(name))) {
      if (signal.aborted) break;
      progress.advance(lines.length, names.length, mutant.name);
      lines.push(lineOf(await tryUntilKilled(mutant, seed, cases)));
    }
    const record: MutantsRecord = {
      kind: 'mutants',
      version: MUTANTS_RECORD_VERSION,
      startedAt,
      seed,
      options: { cases },
      host: ports.readHost({}),
      gitRevision: await ports.readGitRevision(),
      ...judgeMutants(lines, reasons, signal.aborted),
      properties: PROPERTY_IDS,
      mutants: lines,
      replay: spellReplay(seed, cases, names),
      interrupted: signal.aborted,
    };
    progress.finish();
    await publish(record, flags);
    return EXIT_CODES[record.verdict];
  } finally {
    progress.finish();
    forget();
  }
}

function lineOf(result: MutantResult): MutantLine {
  const { mutant, kills, crashes, counterexample } = result;
  const { name, kind, fault, killer } = mutant;
  const told = counterexample === undefined ? {} : { counterexample };
  return { name, kind, fault, killer, state: stateOf(result), kills, crashes, ...told };
}

function spellReplay(seed: number, cases: number, names: readonly string[]): string {
  const some = names.length < MUTANTS.length ? ` --only ${quoteForShell(names.join(','))}` : '';
  return `partywall mutants --seed ${seed} --cases ${cases}${some}`;
}

async function publish(record: MutantsRecord, flags: MutantsFlags): Promise<void> {
  const { json, junit, html, quiet } = flags;
  await showReport((colors) => renderMutants(record, colors), flags, quiet);
  await tryAll([
    async () => {
      if (json !== undefined) await writeJson(json, record);
    },
    async () => {
      if (junit === undefined) return;
      const text = renderJunit([summariseMutants(record)], { allowInconclusive: false });
      await writeText(junit, text, '--junit');
    },
    async () => {
      if (html !== undefined) await writeText(html, renderMutantsPage(record), '--html');
    },
  ]);
}

/** So many times the cases for the property named for it, before it is said to miss a mutant. */
const SECOND_LOOK = 20;

async function tryUntilKilled(
  mutant: (typeof MUTANTS)[number],
  seed: number,
  cases: number,
): Promise<MutantResult> {
  const first = await tryMutant(mutant, { seed, cases });
  if (mutant.kind === 'verifier' || stateOf(first) === 'killed') return first;
  const laws = LAWS.filter(({ property }) => property === mutant.killer);
  const second = await tryMutant(mutant, { seed, cases: cases * SECOND_LOOK, laws });
  const crashesOfOthers = first.crashes.filter(({ by }) => by !== mutant.killer);
  return {
    ...first,
    ...second,
    kills: [...first.kills, ...second.kills],
    crashes: [...crashesOfOthers, ...second.crashes],
  };
}

/** What the core as it is breaks with the same seed: then no kill means anything. */
async function tryUntouched(
  seed: number,
  cases: number,
  signal: AbortSignal,
  onLaw: (law: string, at: number) => void,
): Promise<string[]> {
  const reasons: string[] = [];
  for (const [at, law] of LAWS.entries()) {
    if (signal.aborted) break;
    onLaw(law.name, at);
    const { verdict, missing, counterexample } = await proveLaw(law, OUR_CORE, MEMORY, {
      seed,
      cases,
    });
    if (verdict === 'broken') reasons.push(`${law.name} is broken: ${counterexample?.message}`);
    if (verdict === 'invalid') reasons.push(`${law.name} never met: ${missing.join('; ')}`);
  }
  return reasons.map((reason) => `the untouched core: ${reason}`);
}
