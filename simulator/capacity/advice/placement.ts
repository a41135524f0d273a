import calculateSlot from 'cluster-key-slot';
import { makeKeyspace } from '../../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../../core/tenancy/tenant-id.ts';
import type { Need, TenantUse } from '../need.ts';
import type { Capacity } from '../options.ts';
import type { World } from '../world.ts';

/** What one shard holds and serves, as shares of its safe capacity. */
export interface ShardLoad {
  readonly shard: number;
  readonly tenants: readonly string[];
  readonly memory: number;
  readonly processing: number;
  readonly hotTenants: readonly string[];
}

/** A tenant (its slot) that leaves the shard on which the cluster's even ranges of slots put it. */
export interface Move {
  readonly tenant: string;
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

export interface Placement {
  readonly shards: readonly ShardLoad[];
  readonly moves: readonly Move[];
  /** Tenants larger than a shard, and over how many partitions they must be spread. */
  readonly split: readonly { readonly tenant: string; readonly partitions: number }[];
  /** The fullest shard over the mean, as slots lie by themselves and as placed. */
  readonly imbalanceBySlot: number;
  readonly imbalancePlaced: number;
}

/** A piece that cannot be divided: the tenants of one slot, or one partition of a large tenant. */
interface Piece {
  readonly tenants: readonly string[];
  readonly slot: number;
  readonly home: number;
  readonly bytes: number;
  readonly memory: number;
  readonly processing: number;
  readonly hot: readonly string[];
}

const SLOT_COUNT = 16_384;

/** A tenant with more than this share of a shard's memory or processing is split over shards. */
const SHARE_OF_SHARD_MAX = 0.8;

/** A tenant is hot when it takes so many times the median tenant's processing. */
const HOT_OVER_MEDIAN = 3;

/** Places tenants on shards, moves only what must move, and keeps hot tenants apart. */
export function placeTenants(
  need: Need,
  world: World,
  cluster: { readonly masters: number; readonly capacity: Capacity },
): Placement {
  const { masters } = cluster;
  const { pieces, split } = piecesOf(need, world, cluster);
  const bySlot = pieces.map((piece) => piece.home);
  const placed = place(pieces, masters);
  const shards = shardLoads(pieces, placed, masters);
  const moves = pieces.flatMap(({ tenants, slot, home, bytes }, index) => {
    const to = placed[index] ?? home;
    return to === home
      ? []
      : tenants.map((tenant) => ({ tenant, slot, from: home, to, bytes: bytes / tenants.length }));
  });
  return {
    shards,
    moves,
    split,
    imbalanceBySlot: imbalance(shardLoads(pieces, bySlot, masters)),
    imbalancePlaced: imbalance(shards),
  };
}

function piecesOf(
  need: Need,
  world: World,
  { masters, capacity }: { readonly masters: number; readonly capacity: Capacity },
): { pieces: Piece[]; split: { tenant: string; partitions: number }[] } {
  const keyspace = makeKeyspace();
  const secondsOf = (use: TenantUse) =>
    (use.tenant.admittedPerSecond * world.lookupUs + use.putsPerSecond * world.putUs) / 1e6;
  const median = medianOf(need.tenants.map(secondsOf));
  const split: { tenant: string; partitions: number }[] = [];
  const bySlot = new Map<string, Piece>();
  for (const use of need.tenants) {
    const bytes = use.usageBytes * world.fragmentation;
    const memory = (bytes * masters) / capacity.residentBytes;
    const processing = (secondsOf(use) * masters) / capacity.serverSeconds;
    const partitions = Math.ceil(Math.max(memory, processing) / SHARE_OF_SHARD_MAX - 1e-9) || 1;
    if (partitions > 1) split.push({ tenant: use.tenant.id, partitions });
    const hot = secondsOf(use) > HOT_OVER_MEDIAN * median || partitions > 1;
    for (let part = 0; part < partitions; part += 1) {
      const keys = keyspace.ofTenant(
        parseTenantId(use.tenant.id),
        partitions > 1 ? part : undefined,
      );
      const slot = calculateSlot(keys.state);
      const name = partitions > 1 ? `${use.tenant.id}#${part}` : use.tenant.id;
      const before = bySlot.get(`${slot}`);
      bySlot.set(`${slot}`, {
        tenants: [...(before?.tenants ?? []), name],
        slot,
        // Ranges as redis-cli --cluster create deals them.
        home: Math.min(masters - 1, Math.floor((slot * masters) / SLOT_COUNT)),
        bytes: (before?.bytes ?? 0) + bytes / partitions,
        memory: (before?.memory ?? 0) + memory / partitions,
        processing: (before?.processing ?? 0) + processing / partitions,
        hot: [...(before?.hot ?? []), ...(hot ? [name] : [])],
      });
    }
  }
  return { pieces: [...bySlot.values()], split };
}

/** Shards may be this much fuller than the mean before something moves. */
const SLACK = 1.1;

/**
 * Everything stays at home at first; then the fullest shard gives to the emptiest, one piece at a
 * time, the smallest that helps, until every shard is near the mean; first of all hot tenants part.
 */
function place(pieces: readonly Piece[], masters: number): number[] {
  const placed = pieces.map((piece) => piece.home);
  separateHot(pieces, placed, masters);
  for (let step = 0; step < 4 * pieces.length; step += 1) {
    const loads = sums(pieces, placed, masters);
    const mean = loads.reduce((sum, load) => sum + load, 0) / masters;
    const fullest = loads.indexOf(Math.max(...loads));
    const emptiest = loads.indexOf(Math.min(...loads));
    if ((loads[fullest] ?? 0) <= SLACK * mean) break;
    const moved = bestMove(pieces, placed, { fullest, emptiest, loads, mean });
    if (moved === undefined) break;
    placed[moved] = emptiest;
  }
  return placed;
}

interface Pair {
  readonly fullest: number;
  readonly emptiest: number;
  readonly loads: readonly number[];
  readonly mean: number;
}

/** The piece whose move lowers the larger of the two shards most; hot ones stay where they were put. */
function bestMove(
  pieces: readonly Piece[],
  placed: readonly number[],
  { fullest, emptiest, loads }: Pair,
): number | undefined {
  const [from, to] = [loads[fullest] ?? 0, loads[emptiest] ?? 0];
  let best: number | undefined;
  let lowest = from * (1 - 1e-9);
  pieces.forEach((piece, index) => {
    if (placed[index] !== fullest || piece.hot.length > 0) return;
    const higher = Math.max(from - weightOf(piece), to + weightOf(piece));
    if (higher < lowest) {
      lowest = higher;
      best = index;
    }
  });
  return best;
}

/** Deals hot pieces out, so that no shard has two more than another. */
function separateHot(pieces: readonly Piece[], placed: number[], masters: number): void {
  const hot = pieces
    .map((piece, index) => ({ piece, index }))
    .filter(({ piece }) => piece.hot.length > 0);
  const most = Math.ceil(hot.length / masters);
  const counts = new Array<number>(masters).fill(0);
  const homeless: number[] = [];
  for (const { piece, index } of hot.sort((a, b) => weightOf(b.piece) - weightOf(a.piece))) {
    if ((counts[piece.home] ?? 0) < most) counts[piece.home] = (counts[piece.home] ?? 0) + 1;
    else homeless.push(index);
  }
  for (const index of homeless) {
    const shard = counts.indexOf(Math.min(...counts));
    counts[shard] = (counts[shard] ?? 0) + 1;
    placed[index] = shard;
  }
}

function weightOf({ memory, processing }: Piece): number {
  return Math.max(memory, processing);
}

function sums(pieces: readonly Piece[], placed: readonly number[], masters: number): number[] {
  return shardSums(pieces, placed, masters).map(({ memory, processing }) =>
    Math.max(memory, processing),
  );
}

function shardSums(pieces: readonly Piece[], placed: readonly number[], masters: number) {
  const shards = Array.from({ length: masters }, () => ({ memory: 0, processing: 0 }));
  pieces.forEach((piece, index) => {
    const shard = shards[placed[index] ?? 0];
    if (shard === undefined) return;
    shard.memory += piece.memory;
    shard.processing += piece.processing;
  });
  return shards;
}

function shardLoads(
  pieces: readonly Piece[],
  placed: readonly number[],
  masters: number,
): ShardLoad[] {
  return shardSums(pieces, placed, masters).map((load, shard) => {
    const here = pieces.filter((_, index) => placed[index] === shard);
    return {
      shard,
      ...load,
      tenants: here.flatMap((piece) => piece.tenants),
      hotTenants: here.flatMap((piece) => piece.hot),
    };
  });
}

function imbalance(shards: readonly ShardLoad[]): number {
  const loads = shards.map(({ memory, processing }) => Math.max(memory, processing));
  const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  return mean === 0 ? 1 : Math.max(...loads) / mean;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
