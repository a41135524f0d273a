import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The script of a page: sorts tables by mouse and keyboard (sortable-tablesort), and hides the rows
 * that hold none of the text typed above a table.
 */
export function tableScript(): string {
  sorter ??= readFileSync(
    createRequire(import.meta.url).resolve('sortable-tablesort/dist/sortable.auto.min.js'),
    'utf8',
  ).trim();
  return `${sorter}\n${filter}`;
}

let sorter: string | undefined;

const filter = `document.addEventListener('input',function(event){
var box=event.target,table=document.getElementById(box.getAttribute('aria-controls'));
if(!table)return;
var wanted=box.value.trim().toLowerCase();
Array.prototype.forEach.call(table.querySelectorAll('tbody tr'),function(row){
row.hidden=row.textContent.toLowerCase().indexOf(wanted)<0;});});`;
