import type { JudgedOption } from '../choose.ts';
import type { Plan } from '../plan.ts';
import type { Part, PartCell } from './part.ts';
import { percent, whole } from './spell.ts';

/** Part 9: what could be bought, and why not. */
export function optionsPart({ choice, spec, world, prices }: Plan): Part {
  const money = (price: number) => whole(price * world.currencyPerPriceUnit);
  const cells = ({ option, ...judged }: JudgedOption): PartCell[] => [
    `${option.masters} x ${option.shape.name}`,
    whole(option.masters * (1 + option.replicas)),
    money(option.pricePerMonth),
    money(judged.regret),
    percent(judged.keepsProbability, 0),
    judged.bottleneck,
    percent(judged.loadAtConfidence, 0),
  ];
  const columns = [
    'masters',
    'nodes',
    'cost',
    'regret',
    'enough in % of worlds',
    'full first',
    'its load at confidence %',
  ];
  const confidence = (100 * spec.risk.confidence).toFixed(0);
  return {
    id: 'options',
    title: 'Options',
    text: [
      `Ranked by regret: what is overspent, and 1.5 times the price for the share of memory that is short, 1.25 times for processing, and ${spec.constraints.operationsPerNodeMonth} ${prices.currency} a node for looking after it, over all worlds, against the cheapest cluster had the world been known. Only options that are enough in ${confidence} % of worlds are ranked. Prices of ${prices.date}.`,
    ],
    tables: [
      {
        id: 'options-ranked',
        caption: `Options that keep the promise; cost and regret in ${spec.currency.code} a month`,
        columns,
        rowsShown: 10,
        rows: choice.ranked.map(cells),
      },
      {
        id: 'options-rejected',
        caption: 'Rejected options, least regret first',
        columns: [...columns, 'why'],
        rowsShown: 10,
        rows: choice.rejected.map((one) => [...cells(one), one.rejectedBecause]),
      },
    ],
  };
}
