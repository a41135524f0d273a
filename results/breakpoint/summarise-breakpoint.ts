import type { Check, CheckState, Summary } from '../summary.ts';
import type { BreakpointRecord, Finding } from './breakpoint-schema.ts';
import { describeFinding, describeReach, formatTimes } from './spell-finding.ts';

/** What a breakpoint run says, as one clause. */
export function breakpointSentence({ judgement, judgeOptions }: BreakpointRecord): string {
  const { verdict, protected: on, unprotected: off } = judgement;
  const { atLeastTimes } = judgeOptions;
  const least = atLeastTimes === null ? '' : `, ${formatTimes(atLeastTimes)} times must hold`;
  if (verdict === 'INVALID') return 'the instrument itself was at fault in every round';
  const parts = [
    on ? `isolation ${describeReach(on)}` : '',
    off
      ? `${on ? 'without protections it' : 'isolation without protections'} ${describeReach(off)}`
      : '',
  ].filter(Boolean);
  return parts.length === 0 ? 'nothing was measured' : `${parts.join('; ')}${least}`;
}

/** A breakpoint record in short: a check a setting. */
export function summariseBreakpoint(record: BreakpointRecord): Summary {
  const { judgement, host, seed, startedAt } = record;
  const { verdict } = judgement;
  const state = stateOfBreakpoint(verdict);
  return {
    title: 'partywall breakpoint',
    word: verdict,
    state,
    sentence: breakpointSentence(record),
    reasons: judgement.reasons,
    checks: [
      ...checkOf('with protections', judgement.protected, state),
      ...checkOf('without protections', judgement.unprotected, undefined),
    ],
    notes: [
      `Host: ${host.cores} x ${host.cpuModel}, ${host.kernel}, Node ${host.node}.`,
      `Seed ${seed}, ${startedAt}.`,
    ],
    startedAt,
  };
}

/** The setting that decides has the run's state; the other one passes if it was measured. */
function checkOf(name: string, finding: Finding | null, state: CheckState | undefined): Check[] {
  if (!finding) return [];
  const isShown = finding.heldTimes !== null || finding.brokeTimes !== null;
  return [
    {
      group: 'breakpoint',
      name,
      state: state ?? (isShown ? 'pass' : 'open'),
      reason: describeFinding(finding),
    },
  ];
}

export function stateOfBreakpoint(verdict: BreakpointRecord['judgement']['verdict']): CheckState {
  switch (verdict) {
    case 'MEASURED':
    case 'PASS':
      return 'pass';
    case 'FAIL':
      return 'fail';
    case 'INCONCLUSIVE':
      return 'open';
    case 'INVALID':
      return 'broken';
  }
}
