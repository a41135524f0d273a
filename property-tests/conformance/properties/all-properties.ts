import type { IsolationProperty } from '../property.ts';
import { p1Namespaces } from './p1-namespaces.ts';
import { p2Provenance } from './p2-provenance.ts';
import { p3Freshness } from './p3-freshness.ts';
import { p4Frame } from './p4-frame.ts';
import { p5Completeness } from './p5-completeness.ts';
import { p7Erasure } from './p7-erasure.ts';
import { p11FaultConfinement } from './p11-fault-confinement.ts';
import { p12ReplyCorrelation } from './p12-reply-correlation.ts';
import { p14Loads } from './p14-loads.ts';
import { p18Listings } from './p18-listings.ts';
import { p19Reuse } from './p19-reuse.ts';
import { ttlExpiry } from './ttl-expiry.ts';

/** What `check` tries, in the order of the report. */
export const ISOLATION_PROPERTIES: readonly IsolationProperty[] = [
  p1Namespaces,
  p2Provenance,
  p3Freshness,
  p4Frame,
  p5Completeness,
  p7Erasure,
  p11FaultConfinement,
  p12ReplyCorrelation,
  p14Loads,
  p18Listings,
  p19Reuse,
  ttlExpiry,
];
