import type { PriceList } from './spec/schema.ts';

/**
 * The shipped price list: data, dated, with its source, replaced by `prices` of a spec or by
 * `--prices FILE`. Memory and network are what the source states for the shape, price is a twelfth of
 * its yearly price.
 */
export const SHIPPED_PRICES: PriceList = {
  date: '2026-06-06',
  source:
    'Netflix service-capacity-modeling (Apache-2.0), hardware/profiles: public AWS EC2 prices and shapes',
  currency: 'USD',
  terms:
    'us-east-1, reserved for 3 years, Linux, compute only: no storage, traffic, support or tax',
  shapes: [
    memoryShape('r7i.large', 15.26, 2, 781, 457.67),
    memoryShape('r7i.xlarge', 30.52, 4, 1_562, 915),
    memoryShape('r7i.2xlarge', 61.04, 8, 3_125, 1_830.33),
    memoryShape('r7i.4xlarge', 122.07, 16, 6_250, 3_660.33),
    memoryShape('r7i.8xlarge', 244.14, 32, 12_500, 7_321),
    memoryShape('r7i.12xlarge', 366.21, 48, 18_750, 10_981.33),
    memoryShape('r6i.large', 15.26, 2, 781, 435.67),
    memoryShape('r6i.xlarge', 30.52, 4, 1_562, 871.67),
    memoryShape('r6i.2xlarge', 61.04, 8, 3_125, 1_743),
    memoryShape('r6i.4xlarge', 122.07, 16, 6_250, 3_486),
    memoryShape('m7i.large', 7.63, 2, 781, 348.67),
    memoryShape('m7i.xlarge', 15.26, 4, 1_562, 697.33),
    memoryShape('m7i.2xlarge', 30.52, 8, 3_125, 1_394.33),
    memoryShape('m7i.4xlarge', 61.04, 16, 6_250, 2_789),
  ],
};

function memoryShape(
  name: string,
  memoryGiB: number,
  cores: number,
  networkMbps: number,
  pricePerYear: number,
): PriceList['shapes'][number] {
  return { name, memoryGiB, cores, networkMbps, pricePerMonth: pricePerYear / 12 };
}
