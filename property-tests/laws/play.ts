import type { Happened, Seen } from './history.ts';
import { type House, openHouse, type Surroundings } from './house.ts';
import { demand, type Trial } from './law.ts';
import { type Actor, Performer } from './performer.ts';
import { type Act, isRead, type Step } from './step.ts';
import { countTrace, keyOf, scopeOf, type TraceCase } from './trace.ts';

/** A trace that was played to its end. */
export interface Played {
  readonly house: House;
  readonly history: readonly Happened[];
  readonly seenBy: (who: number) => { readonly step: number; readonly seen: Seen }[];
}

/** Looks at the house after each group of steps. */
export type Watch = (house: House, performer: Performer) => Promise<void> | void;

/**
 * Plays the steps one after the other, reads that start together at once; undefined if the core
 * refuses a tenant.
 */
export async function play(
  trial: Trial,
  trace: TraceCase,
  surroundings: Surroundings = {},
  watch: Watch = () => {},
): Promise<Played | undefined> {
  const house = await openHouse(trial, trace, surroundings);
  if (house === undefined) return undefined;
  countTrace(trace, trial.coverage);
  const player = new Player(house, trace, trial.ground.patienceMs);
  let at = 0;
  while (at < trace.steps.length) {
    const group = groupAt(trace.steps, at);
    await player.playGroup(group, at);
    at += group.length;
    await watch(house, player.performer);
  }
  await player.finishAll();
  await watch(house, player.performer);
  const { performer } = player;
  return { house, history: performer.history, seenBy: (who) => performer.seenBy(who) };
}

/** The step at a place, with the reads behind it that start together with it. */
function groupAt(steps: readonly Step[], from: number): Step[] {
  const first = steps[from];
  if (first === undefined) return [];
  const group = [first];
  if (!isRead(first.act)) return group;
  for (const step of steps.slice(from + 1)) {
    if (!step.together || !isRead(step.act)) break;
    group.push(step);
  }
  return group;
}

type LoadHow = Parameters<Performer['load']>[2];

interface OpenLoad {
  readonly who: number;
  readonly key: string;
  readonly done: Promise<Happened>;
  readonly release: () => void;
}

class Player {
  readonly performer: Performer;
  private readonly house: House;
  private readonly trace: TraceCase;
  private readonly patienceMs: number;
  private open: OpenLoad[] = [];

  constructor(house: House, trace: TraceCase, patienceMs: number) {
    this.performer = new Performer(house);
    this.house = house;
    this.trace = trace;
    this.patienceMs = patienceMs;
  }

  async playGroup(group: readonly Step[], from: number): Promise<void> {
    const waitMs = group[0]?.afterMs ?? 0;
    if (waitMs > 0) await this.house.time.advance(waitMs, turn);
    const begun = group.flatMap((step, at) => this.start(step, from + at));
    for (const one of begun) await this.within(one);
  }

  async finishAll(): Promise<void> {
    for (const who of [0, 1]) await this.finish(who);
  }

  private start({ who, at, act }: Step, step: number): Promise<unknown>[] {
    const actor: Actor = { step, who, at };
    if (act.verb === 'batch') {
      return act.keys.map((key) => this.performer.get(actor, keyOf(this.trace, key)));
    }
    return [this.perform(actor, act)];
  }

  private perform(actor: Actor, act: Exclude<Act, { verb: 'batch' }>): Promise<unknown> {
    const { performer, trace } = this;
    switch (act.verb) {
      case 'get':
        return performer.get(actor, keyOf(trace, act.key));
      case 'put':
        return performer.put(actor, keyOf(trace, act.key), act);
      case 'load':
        return this.load(actor, keyOf(trace, act.key), act);
      case 'begin':
        return this.beginLoad(actor, keyOf(trace, act.key), act);
      case 'finish':
        return this.finish(actor.who);
      case 'invalidate':
        return performer.invalidate(actor, scopeOf(act, trace));
      case 'list':
        return performer.list(actor);
      case 'usage':
        return performer.usage(actor);
      case 'counters':
        return performer.counters(actor);
      case 'remove':
        return performer.remove(actor);
    }
  }

  /** A load of a key that the tenant is loading would join: that one is finished first. */
  private async finishOwn(who: number, key: string): Promise<void> {
    if (this.open.some((one) => one.who === who && one.key === key)) await this.finish(who);
  }

  private async load(actor: Actor, key: string, how: LoadHow): Promise<void> {
    await this.finishOwn(actor.who, key);
    await this.within(this.performer.load(actor, key, how, () => undefined).done);
  }

  /** Goes on until the load waits for its source, or is answered without. */
  private async beginLoad(actor: Actor, key: string, how: LoadHow): Promise<void> {
    await this.finishOwn(actor.who, key);
    let release = () => {};
    let noteCalled = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const called = new Promise<void>((resolve) => {
      noteCalled = resolve;
    });
    const { done } = this.performer.load(actor, key, how, () => {
      noteCalled();
      return released;
    });
    this.open.push({ who: actor.who, key, done, release });
    await this.within(Promise.race([done, called]));
  }

  private async finish(who: number): Promise<void> {
    const own = this.open.filter((one) => one.who === who);
    this.open = this.open.filter((one) => one.who !== who);
    for (const { release, done } of own) {
      release();
      await this.within(done);
    }
  }

  /** Waits as long as there is hope, and says so where an answer never comes. */
  private async within(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const note = () => {
      isDone = true;
    };
    work.then(note, note);
    for (let ticks = 0; ticks < MICROTASKS_MAX && !isDone; ticks += 1) await undefined;
    const giveUpAt = performance.now() + this.patienceMs;
    for (let turns = 0; !isDone; turns += 1) {
      demand(
        turns < TURNS_MIN || performance.now() < giveUpAt,
        () => 'a request is never answered',
      );
      await turn();
    }
    await work;
  }
}

/** Enough for whatever runs in memory; what takes longer is given turns of the event loop. */
const MICROTASKS_MAX = 64;
const TURNS_MIN = 8;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
