import { estimateRound } from '../estimates.ts';
import { type LatencySeries, observe, type PointsSeries } from '../observations.ts';
import { judgeInputOf } from '../record.ts';
import { type MeasuredRound, selectRounds } from '../rounds.ts';
import type { StressRecord } from '../schema.ts';
import type { Measure } from './measure.ts';

/**
 * Slower, less isolated, hungrier: base latency of each group, its rise by sharing (the total one
 * in a run without placebo), failures and hits, and what the processes take of a core.
 */
export function measuresOfStress(record: StressRecord): Measure[] {
  const { rounds, options } = judgeInputOf(record);
  const selected = selectRounds(rounds);
  const { latency, points } = observe(selected, options);
  const groups = latency.filter(
    ({ question }) => question.gated || !question.group.startsWith('tenant:'),
  );
  return [
    ...groups.flatMap(measuresOfLatency),
    ...points.map(measureOfPoints),
    ...measuresOfProcesses(selected.measured),
  ];
}

function measuresOfLatency({ question, rounds }: LatencySeries): Measure[] {
  const { name, gated } = question;
  const estimates = rounds.map(({ baseline, placebo, spike }) =>
    estimateRound({
      baselineUs: baseline.valueUs,
      placeboUs: placebo?.valueUs,
      spikeUs: spike.valueUs,
    }),
  );
  const sharing = estimates.map((one) => one.sharing);
  const defined = sharing.filter((one) => one !== null);
  const isDefined = defined.length === sharing.length;
  const common = { gated, better: 'lower' } as const;
  return [
    {
      ...common,
      name: `${name}, base`,
      unit: 'us',
      scale: 'ratio',
      rounds: rounds.map(({ baseline }) => baseline.valueUs),
    },
    {
      ...common,
      name: `${name}, ${isDefined ? 'rise by sharing' : 'total rise'}`,
      unit: '%',
      scale: 'logarithm',
      rounds: isDefined ? defined : estimates.map((one) => one.total),
    },
  ];
}

function measureOfPoints({ question, differences }: PointsSeries): Measure {
  const { name, what } = question;
  return {
    name: `${name}, under the spike`,
    unit: 'points',
    gated: true,
    better: what === 'failures' ? 'lower' : 'higher',
    scale: 'points',
    rounds: differences,
  };
}

/** Below a hundredth of a core a share is mostly the clock's ticks. */
const coreShareMin = 0.01;

/** Of servers that decide, of generators for show: what they take under the spike. */
function measuresOfProcesses(rounds: readonly MeasuredRound[]): Measure[] {
  const names = [...new Set(rounds.flatMap(({ spike }) => Object.keys(spike.cpu)))];
  return names.flatMap((name) => {
    const shares = rounds.map(({ spike }) => spike.cpu[name] ?? 0);
    if (Math.min(...shares) < coreShareMin) return [];
    return [
      {
        name: `CPU of ${name}`,
        unit: 'cores',
        gated: name.startsWith('shared'),
        better: 'lower' as const,
        scale: 'ratio' as const,
        rounds: shares,
      },
    ];
  });
}
