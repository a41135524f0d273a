import type { Plan } from '../plan.ts';
import {
  anomaliesPart,
  decisionPart,
  isolationPart,
  placementPart,
  publishedPart,
  servicePart,
  whatIfPart,
} from './advice-parts.ts';
import { livePart, simulationPart } from './checks-part.ts';
import { costPart } from './cost-part.ts';
import { curvesPart } from './curves-part.ts';
import { forecastPart } from './forecast-part.ts';
import { kneePart } from './knee-part.ts';
import type { ReportText } from './markdown.ts';
import { memoryPart } from './memory-part.ts';
import { optionsPart } from './options-part.ts';
import { overcommitPart } from './overcommit-part.ts';
import { provenancePart } from './provenance-part.ts';
import { summaryLines } from './summary.ts';
import { tenantsPart } from './tenants-part.ts';

/** The whole report of a plan, in the order of a reader who has little time. */
export function planReport(plan: Plan): ReportText {
  return {
    title: `Capacity plan: ${plan.name}`,
    summary: summaryLines(plan),
    parts: [
      decisionPart(plan),
      provenancePart(plan),
      tenantsPart(plan),
      curvesPart(plan),
      memoryPart(plan),
      kneePart(plan),
      whatIfPart(plan),
      forecastPart(plan),
      isolationPart(plan),
      optionsPart(plan),
      overcommitPart(plan),
      placementPart(plan),
      servicePart(plan),
      costPart(plan),
      anomaliesPart(plan),
      simulationPart(plan),
      livePart(plan),
      publishedPart(plan),
    ],
  };
}
