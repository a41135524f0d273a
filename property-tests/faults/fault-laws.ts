import { makeCacheLaw } from './cache-law.ts';
import { makeCorrelationLaw } from './correlation-law.ts';
import type { FaultLaw } from './fault-law.ts';
import { IOREDIS } from './ioredis-client.ts';

export {
  demandHeld,
  type FaultCounterexample,
  type FaultLaw,
  type FaultReport,
  type FaultRun,
} from './fault-law.ts';

/**
 * What must hold behind a faulty connection, on a real server; for `partywall prove`. A run takes
 * the `budgetMs` it is given. The other client libraries are tried in the tests of this folder.
 */
export const faultLaws: readonly FaultLaw[] = [makeCorrelationLaw(IOREDIS), makeCacheLaw()];
