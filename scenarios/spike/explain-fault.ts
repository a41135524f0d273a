import { StoreError } from '../../core/stores/store-error.ts';
import { BadInputError, MissingToolError } from '../../results/output/operating-errors.ts';
import { findLoss } from '../provision/redis-attach.ts';
import type { Deployment } from './deployment.ts';

/**
 * What a fault of a run means for the user: a server that was lost, or is not fit any more, explains
 * whatever went wrong.
 */
export async function explainFault(
  error: unknown,
  sides: readonly Pick<Deployment, 'redis' | 'field'>[],
): Promise<Error> {
  if (error instanceof BadInputError || error instanceof MissingToolError) return error;
  for (const { redis, field } of sides) {
    const loss = redis.source === 'attached' ? await findLoss(redis.url, field) : undefined;
    if (loss) return loss;
  }
  if (isUnanswered(error)) {
    return new MissingToolError({
      tool: 'redis',
      message: `a Redis of this run did not answer for a while (${error.message})`,
      remedies: ['let nothing pause, restart or starve the servers while a run measures'],
    });
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** As ioredis says it, and as the store does that is made of it. */
const UNANSWERED = /^(Command timed out|Connection is closed|Reached the max retries)/;

/** A server that answers again has been silent all the same. */
function isUnanswered(error: unknown): error is Error {
  if (error instanceof StoreError) return error.code === 'time-out' || error.code === 'connection';
  return error instanceof Error && UNANSWERED.test(error.message);
}
