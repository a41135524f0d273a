import type { Measured } from '../calibration.ts';
import type { Plan } from '../plan.ts';
import { middleOf } from '../spec/quantity.ts';
import type { Quantity } from '../spec/schema.ts';
import type { Part, PartCell } from './part.ts';

/** Part 1: what the plan was made from. */
export function provenancePart(plan: Plan): Part {
  const { calibration, prices, seed, worldCount, asOf, spec, specDigest } = plan;
  const measured = (name: string, { quantity, source }: Measured): PartCell[] => [
    name,
    spellQuantity(quantity),
    source,
  ];
  return {
    id: 'provenance',
    title: 'Provenance',
    text: [
      `Seed ${seed}, ${worldCount} worlds, figures as of ${asOf}; spec ${spec.name}, SHA-256 ${specDigest.slice(0, 16)}.`,
      `Prices of ${prices.date} in ${prices.currency}: ${prices.source}; ${prices.terms}. One ${prices.currency} is ${spellQuantity(spec.currency.perPriceUnit)} ${spec.currency.code}${spec.currency.note ? ` (${spec.currency.note})` : ''}.`,
      ...plan.traces.map(
        ({ file, study }) =>
          `Trace ${file}: ${study.requestCount} requests, ${study.curve.method}, expected error ${study.curve.errorExpected.toFixed(4)}, SHA-256 ${study.digest.slice(0, 16)}.`,
      ),
      ...plan.warnings.map((warning) => `Warning: ${warning}.`),
    ],
    tables: [
      {
        id: 'calibration',
        caption: 'Figures of Redis and where they come from',
        columns: ['figure', 'middle [low, high]', 'source'],
        rows: [
          measured('bytes of an entry beside key and value', calibration.entryOverheadBytes),
          measured(
            `the same where a tenant has at most ${calibration.listpackEntriesMax} entries`,
            calibration.smallEntryOverheadBytes,
          ),
          measured('allocator, share of a value', calibration.allocatorShare),
          measured('thread time of a lookup, us', calibration.lookupUs),
          measured('thread time of a put, us', calibration.putUs),
          measured('resident over used memory', calibration.fragmentation),
        ],
      },
    ],
  };
}

export function spellQuantity(quantity: Quantity): string {
  const middle = Number(middleOf(quantity).toPrecision(4));
  if (typeof quantity === 'number') return `${middle}`;
  return `${middle} [${Number(quantity.low.toPrecision(4))}, ${Number(quantity.high.toPrecision(4))}]`;
}
