import type { AnyLaw } from './law.ts';
import { NAMESPACES } from './p01-namespaces.ts';
import { PROVENANCE } from './p02-provenance.ts';
import { PROVENANCE_INTERLEAVED } from './p02-provenance-interleaved.ts';
import { FRESHNESS } from './p03-freshness.ts';
import { FRESHNESS_INTERLEAVED } from './p03-freshness-interleaved.ts';
import { FRAME } from './p04-frame.ts';
import { COMPLETENESS } from './p05-completeness.ts';
import { COMPLETENESS_INTERLEAVED } from './p05-completeness-interleaved.ts';
import { NON_INTERFERENCE } from './p06-non-interference.ts';
import { ERASURE } from './p07-erasure.ts';
import { RENAMING } from './p08-renaming.ts';
import { COMMUTATION } from './p09-commutation.ts';
import { LIMITER_WITHOUT_STORE } from './p10-limiter-without-store.ts';
import { QUOTA } from './p10-quota.ts';
import { FAULT_CONFINEMENT } from './p11-fault-confinement.ts';
import { REPLY_CORRELATION } from './p12-reply-correlation.ts';
import { IDENTITY } from './p13-identity.ts';
import { SCRIPT_ARGUMENTS } from './p14-script-arguments.ts';
import { SINGLE_FLIGHT } from './p14-single-flight.ts';
import { MESSAGES } from './p15-messages.ts';
import { METRICS } from './p16-metrics.ts';
import { LISTING } from './p18-listing.ts';
import { RE_CREATION } from './p19-re-creation.ts';

/** All laws, in the order in which they are tried. */
export const LAWS: readonly AnyLaw[] = [
  NAMESPACES,
  PROVENANCE,
  PROVENANCE_INTERLEAVED,
  FRESHNESS,
  FRESHNESS_INTERLEAVED,
  FRAME,
  COMPLETENESS,
  COMPLETENESS_INTERLEAVED,
  NON_INTERFERENCE,
  ERASURE,
  RENAMING,
  COMMUTATION,
  QUOTA,
  LIMITER_WITHOUT_STORE,
  FAULT_CONFINEMENT,
  REPLY_CORRELATION,
  IDENTITY,
  SINGLE_FLIGHT,
  SCRIPT_ARGUMENTS,
  MESSAGES,
  METRICS,
  LISTING,
  RE_CREATION,
];
