import { html, type Markup } from '../html/markup.ts';
import { pointsMargin } from '../judge-options.ts';
import type { StressRecord } from '../schema.ts';

/** For who has never seen such a page. */
export function renderReading({ judgeOptions }: StressRecord): Markup {
  const bound = `${judgeOptions.maxRisePercent} %`;
  return html`<p>One question is answered: does the spike of one tenant raise the latency of its neighbours by ${bound}? A round measures three windows in random order:</p>
<dl>
<dt>baseline</dt><dd>the neighbours as always, no spike;</dd>
<dt>placebo</dt><dd>the same spike, aimed at servers that nobody shares: what making the load costs the host;</dd>
<dt>spike</dt><dd>the spike aimed at the shared servers.</dd>
</dl>
<p>The <em>total rise</em> compares spike and baseline. The part <em>by sharing</em> is what the spike adds over the placebo, relative to the baseline; the part <em>by generator</em> is what the placebo adds.</p>
<dl>
<dt>PASS</dt><dd>the total rise and the part by sharing stay below ${bound} with their whole intervals.</dd>
<dt>PASS (adjusted)</dt><dd>the part by sharing does; the total does not, because making the load costs this host something.</dd>
<dt>FAIL</dt><dd>both are above ${bound} with their whole intervals, or more than ${pointsMargin} points of requests fail or lose their cache hits.</dd>
<dt>INCONCLUSIVE</dt><dd>neither is shown. It never becomes a pass by itself: more or longer rounds decide it.</dd>
<dt>INVALID</dt><dd>the instrument was at fault, a red gate says how. The figures say nothing about the neighbours.</dd>
</dl>
<p>The round is the unit of all statistics, never the request. Response times count from the scheduled start, so a slow system cannot hide its own delay; failed, dropped and timed-out requests rank slower than all others. A pass says what was tested: this load, this host, these settings.</p>`;
}
