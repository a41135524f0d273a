import { readFile } from 'node:fs/promises';
import { BadInputError } from '../../../results/output/operating-errors.ts';
import { showProgress } from '../../../results/output/show-progress.ts';
import { writeToStdout } from '../../../results/output/write-json.ts';
import { makePlan, type Plan } from '../plan.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { planReport } from '../report/plan-report.ts';
import { parseSpec } from '../spec/parse-spec.ts';
import { PRESET_NAMES, type PresetName, presetSpec } from '../spec/presets.ts';
import type { PlanSpec } from '../spec/schema.ts';
import { type PlanFlags, parsePlanFlags } from './plan-flags.ts';

/** `partywall plan SPEC`: makes the plan, writes what was asked for; the exit code. */
export async function runPlan(name: string, raw: Record<string, unknown>): Promise<number> {
  const flags = parsePlanFlags(raw);
  const spec = await readSpec(name);
  const plan = planWithProgress(spec, flags);
  await writeToStdout(renderMarkdown(planReport(plan)));
  return 0;
}

function planWithProgress(spec: PlanSpec, flags: PlanFlags): Plan {
  const { stderr } = process;
  const progress = showProgress({
    stream: stderr,
    quiet: flags.quiet,
    nowMs: () => performance.now(),
  });
  try {
    return makePlan(spec, {
      seed: flags.seed,
      worldCount: flags.worlds,
      today: new Date().toISOString().slice(0, 10),
      measured: {},
      traces: new Map(),
      onStep: progress.advance,
    });
  } finally {
    progress.finish();
  }
}

/** A preset by its name, or a file. */
export async function readSpec(name: string): Promise<PlanSpec> {
  if ((PRESET_NAMES as readonly string[]).includes(name)) return presetSpec(name as PresetName);
  return parseSpec(await readInput('spec', name), name);
}

/** @throws BadInputError where the file cannot be read */
export async function readInput(field: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const presets = field === 'spec' ? `${PRESET_NAMES.join(', ')}, or ` : '';
    const expected = `${presets}a file that can be read (${why})`;
    throw new BadInputError([{ field, value: file, expected }]);
  }
}
