/**
 * What `plan init` writes: a whole spec of a small deployment to be changed, every field explained.
 * Any number may be an interval instead.
 */
export const SPEC_TEMPLATE = `# A capacity plan's input. partywall plan FILE makes the plan; every problem is
# named at its line.
# Wherever a number stands, an interval may stand:
#   { low: 4000, mid: 8000, high: 16000, confidence: 0.9 }
# confidence is the share of cases between low and high (0.9 if left out); mid
# is the median.
version: 1
name: my-cache
# The day the figures hold for; today if left out.
# asOf: 2026-11-24

# Prices of nodes come from a price list (in US dollars, shipped, dated; or
# --prices FILE, or prices: here). perPriceUnit: units of your currency for one
# of the list's.
currency: { code: USD, perPriceUnit: 1 }

# What each tier grants, costs and promises. Names are free.
tiers:
  gold:
    deadlineMs: 500          # longest a request may take
    ttlSeconds: 1800         # life of an entry from its fill
    ratePerSecond: 500       # sustained limit of one tenant
    burst: 1000              # optional
    quotaGiB: 2              # storage limit of one tenant
    pricePerMonth: 90        # what one tenant pays
    promise: { hitRatio: 0.75, withinDeadline: 0.98 }
  silver:
    deadlineMs: 1000
    ttlSeconds: 900
    ratePerSecond: 200
    quotaGiB: 1
    pricePerMonth: 40
    promise: { hitRatio: 0.6 }

# What tenants ask for: keys, their popularity, sizes. Or trace: FILE (CSV of
# time,key,size, .gz too) instead of keyCount and zipfAlpha.
archetypes:
  answers:
    keyCount: { low: 20000, mid: 50000, high: 100000 }   # distinct, of a tenant
    zipfAlpha: { low: 0.9, mid: 1.1, high: 1.3 }   # 0: uniform; usual: 0-1.9
    keyBytes: 40              # as Redis stores it, prefix included
    valueBytes: { low: 2000, mid: 4000, high: 8000 }     # mean
    writesPerLookup: 0        # beside the fills of misses

# Groups of tenants alike, or single tenants (count: 1).
tenants:
  - name: gold
    tier: gold
    archetype: answers
    count: 10
    lookupsPerSecond: { low: 50, mid: 80, high: 120 }    # a tenant, busy hour
    spread: 0.5              # how unequal: deviation of their logarithm
    spikeFactor: 20          # highest known spike over the mean
    hostile: false           # would act against its neighbours on purpose
  - name: silver
    tier: silver
    archetype: answers
    count: 30
    lookupsPerSecond: 30
  # A tenant with a history is watched: its last entry is checked against the
  # line before.
  # - name: acme
  #   tier: gold
  #   archetype: answers
  #   lookupsPerSecond: 120
  #   history:
  #     - { at: 2026-07-01, usageBytes: 210000000, lookupsPerSecond: 100 }

# Shares a month: 0.03 is 3 %.
growth:
  tenantsPerMonth: { low: 0.01, mid: 0.03, high: 0.06 }
  lookupsPerMonth: 0.02
  valueBytesPerMonth: 0

# Figures of Redis; what is left out is measured (--measure) or shipped.
redis:
  fragmentation: { low: 1.03, mid: 1.1, high: 1.3 }
  reserve: 0.25              # of each node, kept free
  replicas: 1                # of each master
  # entryOverheadBytes: 465  # beside key and value
  # smallEntryOverheadBytes: 335  # of tenants with up to some 100 entries
  # allocatorShare: 0.097    # of a value, rounding up included
  # lookupUs: 16             # thread time of one lookup
  # putUs: 22

# What is behind the cache: the time of one load. workers: loads at once that
# exist today.
backend:
  serviceMsP50: 120
  serviceMsP95: 400
  lateLoads: abandon         # or fill: a load after the deadline is stored too
  # workers: 64

# The stateless service in front, for advice on its autoscaling.
service:
  cpuMsPerRequest: 1
  coresPerReplica: 2

# What runs today: a shape of the price list, or memoryGiB of one node.
# current: { shape: r7i.xlarge, masters: 3, replicas: 1 }

# constraints: { shapes: [r7i.xlarge, r7i.2xlarge], mastersMax: 20 }
risk: { confidence: 0.95, overcommit: 0.05 }
`;
