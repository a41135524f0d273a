import { declareColours } from './colours.ts';

/** Below this width, in CSS pixels, the narrow drawing of each chart is shown. */
export const narrowMaxPx = 620;

/** The style of every page: light and dark, paper, a phone's width. */
export const pageStyle = `
:root{color-scheme:light dark;${declareColours('light')}}
@media (prefers-color-scheme:dark){:root{${declareColours('dark')}}}
@media print{:root{color-scheme:light;${declareColours('light')}}}
*{box-sizing:border-box}
html{background:var(--page);color:var(--text);font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%}
body{margin:0}
main,header,footer{max-width:70rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.1rem;font-weight:600;color:var(--quiet);margin:0}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;padding-top:.5rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.5rem 0 .5rem}
p,ul,ol{margin:.5rem 0;max-width:46rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:.5rem;background:var(--page);padding:.5rem}
.verdict{margin:.5rem 0 1rem;padding:1rem 1.25rem;border-left:.5rem solid var(--tone);background:var(--panel);max-width:none;font-size:1.25rem;line-height:1.4}
.verdict strong{color:var(--tone);font-size:1.5rem;display:block}
.good{--tone:var(--good)}.bad{--tone:var(--bad)}.open{--tone:var(--open)}.quiet{--tone:var(--quiet)}
.word{color:var(--tone);font-weight:600}
.quiet-text,figcaption .summary,details{color:var(--quiet)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;list-style:none;max-width:none}
figure{margin:1.25rem 0 1.75rem}
figcaption{margin-bottom:.5rem;max-width:46rem}
figcaption strong,figcaption .summary{display:block}
figure svg{max-width:100%;height:auto;overflow:visible}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.25rem;padding:0;margin:.25rem 0;list-style:none;font-size:.9rem;max-width:none}
.legend svg{vertical-align:middle;margin-right:.4rem}
.table{overflow-x:auto;margin:.75rem 0;max-width:100%}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--quiet);padding:.25rem 0}
th,td{padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{color:var(--quiet);font-weight:600;vertical-align:bottom}
tbody th{font-weight:500;white-space:nowrap}
td:last-child:not(.number){min-width:11rem}
.number{text-align:right;white-space:nowrap}
.sortable thead th{cursor:pointer}
.sortable thead th::after{content:"\\2195";opacity:.55;padding-left:.25rem;font-weight:400}
.sortable th[aria-sort=ascending]::after{content:"\\2191";opacity:1}
.sortable th[aria-sort=descending]::after{content:"\\2193";opacity:1}
.filter{display:block;margin-top:.75rem;font-size:.875rem;color:var(--quiet)}
.filter input{font:inherit;color:var(--text);background:var(--page);border:1px solid var(--quiet);border-radius:.25rem;padding:.2rem .5rem;margin-left:.5rem;max-width:60%}
details{font-size:.875rem;margin:.5rem 0}
summary{cursor:pointer;width:fit-content;padding:.25rem 0}
code,pre{font:.875rem/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
pre{background:var(--panel);padding:.75rem 1rem;overflow-x:auto}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;margin:.75rem 0}
dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
footer{margin:3rem auto 2rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.875rem}
@media (max-width:${narrowMaxPx}px){
 .wide{display:none}.narrow{display:block}
 .verdict{font-size:1.1rem;padding:.75rem 1rem}
 dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}
 th,td{padding-right:.6rem}
 td:last-child:not(.number){min-width:20rem}
}
@media print{
 html{font-size:11pt;background:none}
 nav,.filter,.skip,.sortable thead th::after{display:none}
 .wide{display:block}.narrow{display:none}
 h2,h3,figcaption{break-after:avoid}
 figure,.verdict,tr,pre{break-inside:avoid}
 .table{overflow:visible}
 table{font-size:7.5pt}
 th,td,tbody th,.number{white-space:normal;padding-right:.4rem}
 td:last-child:not(.number){min-width:0}
 details{display:none}
 details.print{display:block}
 details.print::details-content{content-visibility:visible;block-size:auto}
 a{color:inherit}
}`.replaceAll('\n', '');
