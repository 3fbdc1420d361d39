'use strict';
(() => {
// ---- the data: columns of one value a page, times in tenths of milliseconds ----

const run = JSON.parse(document.getElementById('data').textContent);
const pages = run.pages;
const count = pages.seq.length;
const PHASES = ['queued', 'open', 'navigate', 'wait', 'extract', 'close'];
const PHASE_TEXT = ['queued', 'open a page', 'navigate', 'wait', 'extract', 'close'];
const OK = 0, FAILED = 1, SKIPPED = 2;
const PARTIAL = 1, OVER_HTTP = 2;

const start = Float64Array.from(pages.start, t => t / 10);
const total = Float64Array.from(pages.total, t => t / 10);
const spans = Float32Array.from(pages.spans, t => t / 10);
const span = (page, phase) => spans[page * PHASES.length + phase];
const hosts = pages.origins.map(origin => origin.replace(/^[a-z]+:\/\//i, '').replace(/^.*@/, '') || '(no host)');
const host = page => hosts[pages.origin[page]];
const url = page => pages.origins[pages.origin[page]] + pages.path[page];
const code = page => pages.code[page] < 0 ? '' : pages.codes[pages.code[page]];
const wasTried = page => pages.attempts[page] > 0;
const duration = Math.max(run.duration / 10, 1);

// ---- small things ----

const $ = id => document.getElementById(id);
function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}
const whole = new Intl.NumberFormat('en');
const number = value => whole.format(value);
function milliseconds(ms) {
  if (ms < 9.95) return ms.toFixed(1) + ' ms';
  if (ms < 9999.5) return number(Math.round(ms)) + ' ms';
  return clock(ms);
}
function clock(ms) {
  const s = ms / 1000;
  if (s < 99.95) return s.toFixed(1) + ' s';
  if (s < 3600) return Math.floor(s / 60) + ' min ' + Math.floor(s % 60) + ' s';
  return Math.floor(s / 3600) + ' h ' + Math.floor(s / 60 % 60) + ' min';
}
function size(bytes) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (bytes >= 999.5 && unit < units.length - 1) { bytes /= 1000; ++unit; }
  return (unit === 0 || bytes >= 99.95 ? Math.round(bytes) : bytes.toFixed(1)) + ' ' + units[unit];
}
const kib = value => size(value * 1024);
const percent = share => share >= 0.9995 || share === 0 ? Math.round(share * 100) + ' %' : (share * 100).toFixed(1) + ' %';
function lowerBound(length, isBefore) {
  let low = 0;
  while (low < length) {
    const middle = (low + length) >> 1;
    if (isBefore(middle)) low = middle + 1; else length = middle;
  }
  return low;
}
const colours = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of [...PHASES, 'early', 'ground', 'panel', 'line', 'text', 'muted', 'faint', 'accent', 'bad', 'warn', 'good'])
    colours[name] = style.getPropertyValue('--' + name).trim();
}
