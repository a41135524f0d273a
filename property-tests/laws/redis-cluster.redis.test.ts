import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { startCluster } from './redis-cluster.ts';

/** The group of a process: what a terminal interrupts at Ctrl-C. */
function groupOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'pgid=', '-p', `${pid}`], { encoding: 'utf8' }));
}

describe('a cluster', () => {
  it('is out of reach of Ctrl-C, and is watched over until it is stopped', async () => {
    const watched = new Set<number>();
    const cluster = await startCluster('redis-server', (pid) => {
      watched.add(pid);
      return () => watched.delete(pid);
    });
    const pids = [...watched];
    const groups = pids.map(groupOf);
    await cluster.stop();

    expect(pids).toHaveLength(3);
    expect(groups).toEqual(pids);
    expect([...watched]).toEqual([]);
  });
});
