import { describe, expect, it } from 'vitest';
import { type CallOutcome, type CallPlan, findMisplaced } from './correlation.ts';

const echo: CallPlan = { verb: 'echo', startMs: 0, giveUpMs: null };
const pipeline: CallPlan = { ...echo, verb: 'pipeline' };
const get: CallPlan = { ...echo, verb: 'get' };

function replied(...replies: unknown[]): CallOutcome {
  return { kind: 'replied', replies };
}

describe('the judge of replies', () => {
  it.each<[string, CallPlan[], CallOutcome[]]>([
    ['own replies', [echo, get], [replied('<0.0>'), replied('value of caller 1')]],
    ['errors', [echo, echo], [{ kind: 'failed' }, { kind: 'gave-up' }]],
    ['errors in their places', [pipeline], [replied('<0.0>', new Error('lost'), '<0.2>')]],
  ])('accepts %s', (_, calls, outcomes) => {
    expect(findMisplaced(calls, outcomes)).toBeUndefined();
  });

  it.each<[string, CallPlan[], CallOutcome[]]>([
    ['the reply of another', [echo, echo], [{ kind: 'gave-up' }, replied('<0.0>')]],
    ['no value of a key that has one', [get], [replied(null)]],
    ['the value of another', [get], [replied('value of caller 1')]],
    ['replies in the wrong order', [pipeline], [replied('<0.1>', '<0.0>', '<0.2>')]],
    ['a reply too few', [pipeline], [replied('<0.0>', '<0.1>')]],
    ['a reply too many', [echo], [replied('<0.0>', '<0.0>')]],
    ['a call that never settles', [echo], [{ kind: 'stuck' }]],
    ['an answer that nobody asked for', [], [replied('<0.0>')]],
  ])('rejects %s', (_, calls, outcomes) => {
    expect(findMisplaced(calls, outcomes)).toBeTypeOf('string');
  });
});
