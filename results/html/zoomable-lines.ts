import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Content, html, type Markup, trusted } from './markup.ts';
import type { Page } from './page.ts';

/** One figure of everybody over time. */
export interface ZoomableMeasure {
  readonly label: string;
  /** As many values as there are times, one list a name; null where there is none. */
  readonly values: readonly (readonly (number | null)[])[];
}

export interface ZoomableLines {
  /** Unique in the page; letters, digits and dashes. */
  readonly id: string;
  readonly caption: Content;
  /** Whose lines there are. */
  readonly names: readonly string[];
  /** Those that are shown at first. */
  readonly shown: readonly string[];
  /** In seconds from the start, rising. */
  readonly timesS: readonly number[];
  readonly measures: readonly ZoomableMeasure[];
}

/**
 * Charts over one time axis, a measure each, of the names that the reader chooses. Dragging zooms
 * all of them alike, a double click shows everything again. They need the page's script: a page
 * shows what matters most without them too.
 */
export function zoomableLines(lines: ZoomableLines): Markup {
  const { id, caption, names, shown, timesS, measures } = lines;
  const options = names.map(
    (name) => html`<option${trusted(shown.includes(name) ? ' selected' : '')}>${name}</option>`,
  );
  return html`<div class="zoomable" id="${id}">
<p id="${id}-caption">${caption}</p>
<label class="filter">Shown<select multiple size="6" aria-describedby="${id}-caption">${options}</select></label>
<div class="charts"></div>
<noscript><p class="quiet-text">These charts need a script, which is in this page.</p></noscript>
<script type="application/json">${trusted(dataBlock({ names, timesS, measures }))}</script>
</div>`;
}

/** JSON inside of a page: nothing in it can end the block. */
function dataBlock(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

/** What a page with such charts brings along: uPlot, its style, and what ties them together. */
export function zoomableParts(): Pick<Page, 'script' | 'style'> {
  const find = createRequire(import.meta.url);
  const read = (file: string) => readFileSync(find.resolve(`uplot/dist/${file}`), 'utf8').trim();
  return {
    script: `${read('uPlot.iife.min.js')}\n${draw}`,
    style: `${read('uPlot.min.css')}${style}`,
  };
}

const style =
  '.zoomable .uplot{font:inherit}.zoomable .u-title{font-size:1rem;text-align:left}' +
  '.zoomable .u-legend{font-size:.8rem;text-align:left}.zoomable select{display:block;margin:.25rem 0;' +
  'font:inherit;color:var(--text);background:var(--page);border:1px solid var(--quiet);min-width:14rem}';

const draw = `document.querySelectorAll('.zoomable').forEach(function(box){
var data=JSON.parse(box.querySelector('script').textContent);
var select=box.querySelector('select'),place=box.querySelector('.charts');
var colour=function(role){return getComputedStyle(document.documentElement).getPropertyValue('--'+role).trim();};
var roles=['blue','red','green','amber','violet','grey'],plots=[],range=null,busy=false;
function zoom(u,key){
if(key!=='x'||busy)return;
busy=true;range={min:u.scales.x.min,max:u.scales.x.max};
plots.forEach(function(other){if(other!==u)other.setScale('x',range);});
busy=false;}
function show(){
plots.forEach(function(u){u.destroy();});plots=[];
var chosen=Array.prototype.filter.call(select.options,function(o){return o.selected;}).map(function(o){return o.index;});
var axis={stroke:colour('text'),grid:{stroke:colour('line'),width:1},ticks:{stroke:colour('line'),width:1}};
busy=true;
data.measures.forEach(function(measure){
var series=[{label:'s'}].concat(chosen.map(function(at,n){
return{label:data.names[at],stroke:colour(roles[n%roles.length]),width:1.5,dash:n<roles.length?[]:[6,3],points:{show:false},
value:function(u,v){return v===null||v===undefined?'-':Number(v.toPrecision(4)).toLocaleString('en');}};}));
var rows=[data.timesS].concat(chosen.map(function(at){return measure.values[at];}));
plots.push(new uPlot({title:measure.label,width:place.clientWidth||600,height:190,series:series,
scales:{x:{time:false}},cursor:{sync:{key:box.id}},hooks:{setScale:[zoom]},
axes:[axis,Object.assign({size:70},axis)]},rows,place));});
busy=false;
if(range)plots.forEach(function(u){busy=true;u.setScale('x',range);busy=false;});}
select.addEventListener('change',show);
window.addEventListener('resize',function(){plots.forEach(function(u){u.setSize({width:place.clientWidth,height:190});});});
show();});`;
