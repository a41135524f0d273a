import type fc from 'fast-check';
import { both, type Model, type Real } from '../stores.ts';

/** Time passes, and entries expire with it. */
export class Advance implements fc.AsyncCommand<Model, Real> {
  private readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    model.nowMs += this.ms;
    await both(model, real, async () => undefined);
  }

  toString(): string {
    return `${this.ms} ms pass`;
  }
}
