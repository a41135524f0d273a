import { readdirSync, readFileSync } from 'node:fs';

/** Readings at one moment; two of them, at the bounds of a window, say what happened between. */
export interface HostSample {
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** CPU time since its start by process name; null where it cannot be read. */
  readonly cpuTimeMs: Readonly<Record<string, number | null>>;
  /** Time in which some task waited for a core, since boot; null without PSI. */
  readonly pressureUs: number | null;
  /** CPU time taken by the hypervisor, and all CPU time, since boot; null off Linux. */
  readonly stealMs: number | null;
  readonly allCpuMs: number | null;
}

/** What happened on the host between two samples. */
export interface HostActivity {
  readonly durationMs: number;
  /** Shares of one core: 1 is a core fully used. Processes that cannot be read are left out. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Disagreement of wall clock and monotonic clock over the window. */
  readonly clockStepMs: number;
  /** Share of the window in which some task waited for a core. */
  readonly cpuPressure?: number;
  /** Share of all CPU time that the hypervisor took. */
  readonly cpuSteal?: number;
}

/** Linux shows user space CPU time in hundredths of a second on every platform Node runs on. */
const TICK_MS = 10;

/** Reads everything at once, in 1 to 3 ms; costs nothing between two calls. */
export function sampleHost(pids: Readonly<Record<string, number | null>>): HostSample {
  const names = Object.entries(pids);
  const stat = parseProcStat(readText('/proc/stat'));
  return {
    ...readClocks(Date.now, () => performance.now()),
    cpuTimeMs: Object.fromEntries(
      names.map(([name, pid]) => [name, pid === null ? null : readCpuTimeMs(pid)]),
    ),
    pressureUs: parsePressure(readText('/proc/pressure/cpu')),
    stealMs: stat?.stealMs ?? null,
    allCpuMs: stat?.allCpuMs ?? null,
  };
}

const CLOCK_TRIES = 5;
/** So close together are the readings of a process that nobody interrupts. */
const CLOCK_GAP_MS = 0.05;

/**
 * Both clocks at one moment. A process that is preempted between the two readings would see a step
 * that never was, so the wall clock is read between two readings of the other, a few times, and the
 * closest counts.
 */
export function readClocks(
  readWallMs: () => number,
  readMonotonicMs: () => number,
): Pick<HostSample, 'wallMs' | 'monotonicMs'> {
  let closest = { gapMs: Number.POSITIVE_INFINITY, wallMs: 0, monotonicMs: 0 };
  for (let tries = 0; tries < CLOCK_TRIES && closest.gapMs > CLOCK_GAP_MS; tries += 1) {
    const beforeMs = readMonotonicMs();
    const wallMs = readWallMs();
    const gapMs = readMonotonicMs() - beforeMs;
    if (gapMs < closest.gapMs) closest = { gapMs, wallMs, monotonicMs: beforeMs + gapMs / 2 };
  }
  return { wallMs: closest.wallMs, monotonicMs: closest.monotonicMs };
}

/** Differences of two samples; what either of them lacks is left out. */
export function compareSamples(earlier: HostSample, later: HostSample): HostActivity {
  const durationMs = later.monotonicMs - earlier.monotonicMs;
  const cpu: Record<string, number> = {};
  for (const [name, laterMs] of Object.entries(later.cpuTimeMs)) {
    const earlierMs = earlier.cpuTimeMs[name] ?? null;
    if (laterMs !== null && earlierMs !== null) cpu[name] = (laterMs - earlierMs) / durationMs;
  }
  const pressureUs = difference(earlier.pressureUs, later.pressureUs);
  const stealMs = difference(earlier.stealMs, later.stealMs);
  const allCpuMs = difference(earlier.allCpuMs, later.allCpuMs);

  return {
    durationMs,
    cpu,
    clockStepMs: Math.abs(later.wallMs - earlier.wallMs - durationMs),
    ...(pressureUs === undefined ? {} : { cpuPressure: pressureUs / 1000 / durationMs }),
    ...(stealMs === undefined || !allCpuMs ? {} : { cpuSteal: stealMs / allCpuMs }),
  };
}

function difference(earlier: number | null, later: number | null): number | undefined {
  return earlier === null || later === null ? undefined : later - earlier;
}

/**
 * CPU time of a process, and of the children it has at this moment: a k6 that resolved its
 * extension runs the real one as its child. Null where there is no such process or no /proc.
 */
export function readCpuTimeMs(pid: number): number | null {
  const own = parsePidStat(readText(`/proc/${pid}/stat`));
  if (own === null) return null;
  return listChildren(pid).reduce((sum, child) => sum + (readCpuTimeMs(child) ?? 0), own);
}

function listChildren(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((thread) =>
        (readText(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').map(Number),
      )
      .filter((child) => child > 0);
  } catch {
    return [];
  }
}

/** User and system time of `/proc/<pid>/stat`; the name in it may hold spaces and brackets. */
export function parsePidStat(text: string | null): number | null {
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks * TICK_MS : null;
}

/** Microseconds of `/proc/pressure/cpu` in which at least one task waited. */
export function parsePressure(text: string | null): number | null {
  const total = /^some .*total=(\d+)/m.exec(text ?? '')?.[1];
  return total === undefined ? null : Number(total);
}

/** The first line of `/proc/stat`: user nice system idle iowait irq softirq steal ... */
export function parseProcStat(
  text: string | null,
): { readonly stealMs: number; readonly allCpuMs: number } | null {
  const line = /^cpu +(.*)$/m.exec(text ?? '')?.[1];
  if (line === undefined) return null;
  // Guest time, which follows, is already part of user time.
  const ticks = line.split(' ').slice(0, 8).map(Number);
  const all = ticks.reduce((sum, one) => sum + one, 0);
  return { stealMs: (ticks[7] ?? 0) * TICK_MS, allCpuMs: all * TICK_MS };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
