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

// ---- summary ----

const outcomes = [0, 0, 0];
let overHttp = 0;
const byCode = new Map(), byHost = new Map();
const phaseSums = PHASES.map(() => 0);
for (let page = 0; page < count; ++page) {
  ++outcomes[pages.outcome[page]];
  if (pages.flags[page] & OVER_HTTP) ++overHttp;
  for (let phase = 0; phase < PHASES.length; ++phase) phaseSums[phase] += span(page, phase);
  const name = host(page);
  let entry = byHost.get(name);
  if (!entry) byHost.set(name, entry = { name, pages: 0, tried: 0, failed: 0, retries: 0, time: 0, longest: 0, bytes: 0 });
  ++entry.pages;
  entry.bytes += pages.bytes[page];
  entry.retries += Math.max(0, pages.attempts[page] - 1);
  if (wasTried(page)) {
    ++entry.tried;
    entry.time += total[page];
    entry.longest = Math.max(entry.longest, total[page]);
  }
  if (pages.outcome[page] === FAILED) ++entry.failed;
  if (pages.code[page] >= 0) {
    const name = code(page);
    let error = byCode.get(name);
    if (!error) byCode.set(name, error = { name, pages: 0, hosts: new Set(), example: pages.details[page] || '' });
    ++error.pages;
    error.hosts.add(host(page));
  }
}
const hostList = [...byHost.values()];
for (const entry of hostList) entry.mean = entry.tried ? entry.time / entry.tried : 0;
const errorList = [...byCode.values()].sort((a, b) => b.pages - a.pages);
const times = total.filter((_, page) => wasTried(page)).sort();
const shareOfTimes = share => times.length ? times[Math.max(0, Math.ceil(times.length * share / 100) - 1)] : 0;
// What is counted, the program has counted: log, metrics and this page tell the same.
const summary = run.summary;
const percentile = share => summary.time_ms['p' + share];

function showHead() {
  const all = count + run.left_out;
  const parts = [`${number(summary.ok)} ok`, `${number(summary.failed)} failed`];
  if (summary.partial) parts.push(`${number(summary.partial)} partial`);
  if (summary.skipped) parts.push(`${number(summary.skipped)} skipped`);
  $('headline').textContent = `${number(all)} ${all === 1 ? 'page' : 'pages'} in ${clock(duration)}: ${parts.join(', ')}`;
  const begun = new Date(run.started).toISOString().replace('T', ' ').slice(0, 19) + ' UTC';
  $('subline').textContent = [run.program, begun, `${run.concurrency} at once`, run.browser].filter(Boolean).join(' · ');
  $('end').textContent = run.end + (summary.failed ? `, ${number(summary.failed)} failed` : '');
  $('end').classList.toggle('bad', run.end !== 'finished' || summary.failed > 0);
  document.title = `${$('headline').textContent} · ${run.program}`;
  const notes = [];
  if (run.left_out) notes.push(`Shown are the first ${number(count)} pages; ${number(run.left_out)} more are counted only in the headline.`);
  if (run.input_size !== null && all < run.input_size) notes.push(`${number(run.input_size - all)} of the ${number(run.input_size)} URLs of the input were not begun.`);
  $('notice').textContent = notes.join(' ');
  $('notice').hidden = notes.length === 0;
  $('footer').textContent = `Made by ${run.program}. Everything on this page is in this file.`;
}

function showFigures() {
  const peak = name => run.memory[name].reduce((most, value) => Math.max(most, value), 0);
  const split = text => { const at = text.lastIndexOf(' '); return [text.slice(0, at), text.slice(at + 1)]; };
  const figures = [
    [split(`${summary.pages_per_second.toFixed(1)} /s`), 'pages per second'],
    [split(milliseconds(percentile(50))), 'median page'],
    [split(milliseconds(percentile(95))), '95th percentile'],
    [split(milliseconds(percentile(99))), '99th percentile'],
    [split(size(summary.html_bytes)), 'HTML'],
    [[number(summary.retries), ''], summary.retries === 1 ? 'retry' : 'retries'],
  ];
  if (run.memory.at.length) {
    figures.push([split(kib(peak('browser'))), 'browser, peak memory']);
    figures.push([split(kib(peak('driver'))), 'driver, peak memory']);
  }
  for (const [[value, unit], name] of figures)
    $('figures').append(element('div', { className: 'figure' }, element('b', {}, value, element('small', {}, unit)), element('span', {}, name)));
}

function barList(parent, entries, choose) {
  const most = Math.max(...entries.map(entry => entry.value), 0);
  for (const entry of entries) {
    const { name, value, text, bad } = entry;
    const button = element('button', { title: name, onclick: () => choose(name, entry) },
      element('span', {}, name.replace(/^https?:\/\//, '')), element('span', { className: 'muted' }, text));
    const bar = element('i', { className: bad ? 'bad' : '' });
    bar.style.width = `${most ? value / most * 100 : 0}%`;
    button.append(bar);
    parent.append(button);
  }
  if (!entries.length) parent.append(element('div', { className: 'none' }, 'none'));
}

function showCards() {
  const kinds = [['ok', summary.ok, 'var(--good)', '✓'], ['failed', summary.failed, 'var(--bad)', '✕'], ['skipped', summary.skipped, 'var(--queued)', '–']];
  const stack = element('div', { className: 'stack' });
  const keys = element('div', { className: 'keys' });
  for (const [name, value, colour, mark] of kinds) {
    if (!value && name !== 'ok') continue;
    const part = element('i', { title: `${name}: ${number(value)}` });
    part.style.cssText = `flex: ${value} 0 0; background: ${colour}`;
    if (value) stack.append(part);
    const symbol = element('span', { className: 'mark' }, mark);
    symbol.style.color = colour;
    keys.append(element('span', { className: 'key' }, symbol, `${number(value)} ${name}`,
      element('span', { className: 'muted' }, percent(summary.pages ? value / summary.pages : 0))));
  }
  if (summary.partial) keys.append(element('span', { className: 'key muted' }, `${number(summary.partial)} partial`));
  if (overHttp) keys.append(element('span', { className: 'key muted' }, `${number(overHttp)} over HTTP`));
  $('outcome').append(stack, keys);
  const shown = 5;
  const more = (parent, length, what) => {
    if (length > shown) parent.append(element('div', { className: 'none' }, `${number(length - shown)} more ${what}`));
  };
  const kindsOfErrors = Object.entries(summary.errors);
  barList($('errors'), kindsOfErrors.slice(0, shown).map(([name, amount]) => ({ name, value: amount, text: number(amount), bad: true })),
    name => choosePages('error:' + name));
  more($('errors'), kindsOfErrors.length, kindsOfErrors.length === shown + 1 ? 'kind' : 'kinds');
  barList($('slowest'), summary.slowest_hosts.map(h => ({ name: h.host, value: h.mean_ms, text: milliseconds(h.mean_ms) })), name => choosePages('host:' + name));
  barList($('failing'), summary.failing_hosts.map(h => ({ name: h.host, value: h.failed, text: `${number(h.failed)} of ${number(h.pages)}`, bad: true })),
    name => choosePages('host:' + name));
  const statuses = Object.entries(summary.statuses).sort((a, b) => b[1] - a[1]);
  barList($('statuses'), statuses.slice(0, shown).map(([status, amount]) => ({ name: status, value: amount, text: number(amount), bad: status >= 400 })),
    name => choosePages('status:' + name));
  more($('statuses'), statuses.length, 'with other statuses');
  const slowestPages = byStart.slice().sort((a, b) => total[b] - total[a]).slice(0, shown);
  barList($('slow-pages'), slowestPages.map(page => ({ name: url(page), value: total[page], text: milliseconds(total[page]), page })),
    (name, entry) => showDetails(entry.page));
  showPhases();
  showHistogram();
}

function showPhases() {
  // What a page waits for its turn is no part of its time.
  const queued = PHASES.indexOf('queued');
  const sum = phaseSums.reduce((a, b, phase) => phase === queued ? a : a + b, 0) || 1;
  const stack = element('div', { className: 'stack' });
  const keys = element('div', { className: 'keys' });
  PHASES.forEach((name, phase) => {
    if (phase === queued || phaseSums[phase] / sum < 0.0005) return;
    const part = element('i', { title: `${PHASE_TEXT[phase]}: ${percent(phaseSums[phase] / sum)}` });
    part.style.cssText = `flex: ${phaseSums[phase] / sum} 0 0; background: var(--${name})`;
    stack.append(part);
    keys.append(element('span', { className: 'key' }, element('span', { className: 'swatch ' + name }), name,
      element('span', { className: 'muted' }, percent(phaseSums[phase] / sum))));
  });
  $('phases').append(stack, keys);
}

/// Durations on a logarithmic scale, for they differ by powers of ten.
function showHistogram() {
  if (!times.length) return $('histogram').append(element('div', { className: 'none' }, 'no page was tried'));
  const W = 400, top = 24, bottom = 98;
  const low = Math.log10(Math.max(times[0], 1) * 0.9), high = Math.max(Math.log10(Math.max(times[times.length - 1], 1) * 1.1), low + 0.3);
  const x = ms => (Math.log10(Math.max(ms, 1)) - low) / (high - low) * W;
  const bins = new Array(50).fill(0);
  for (const time of times) ++bins[Math.min(bins.length - 1, Math.max(0, Math.floor(x(time) / W * bins.length)))];
  const most = Math.max(...bins);
  const svgNode = (tag, attributes, text) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    return node;
  };
  const svg = svgNode('svg', { viewBox: `0 0 ${W} 118`, preserveAspectRatio: 'none', role: 'img', 'aria-label': 'Distribution of the time per page' });
  bins.forEach((value, bin) => {
    if (!value) return;
    const height = Math.max(1.5, value / most * (bottom - top));
    svg.append(svgNode('rect', { x: bin * W / bins.length + 0.5, y: bottom - height, width: W / bins.length - 1, height, rx: 1 }));
  });
  // Text does not stretch with the picture: it is laid over it.
  const labels = [];
  let lastAt = -1;
  for (const [share, name] of [[50, 'p50'], [95, 'p95'], [99, 'p99']]) {
    const at = x(percentile(share));
    svg.append(svgNode('line', { x1: at, x2: at, y1: 14, y2: bottom, 'vector-effect': 'non-scaling-stroke' }));
    if (lastAt < 0 || at - lastAt > 26) labels.push([at, 0, name, 'strong']);
    if (lastAt < 0 || at - lastAt > 26) lastAt = at;
  }
  const steps = [1, 2, 5].flatMap(n => [0, 1, 2, 3, 4, 5].map(power => n * 10 ** power)).filter(ms => x(ms) > 10 && x(ms) < W - 20).sort((a, b) => a - b);
  let last = -100;
  for (const ms of steps) {
    if (x(ms) - last < 62) continue;
    last = x(ms);
    labels.push([last, 102, ms < 1000 ? ms + ' ms' : ms / 1000 + ' s', '']);
  }
  const box = element('div');
  box.style.cssText = 'position: relative; margin-top: 6px';
  box.append(svg);
  for (const [at, y, text, className] of labels) {
    const label = element('span', { className: className ? '' : 'muted' }, text);
    label.style.cssText = `position: absolute; left: ${at / W * 100}%; top: ${y}px; transform: translateX(-50%); font-size: 11px; line-height: 14px; white-space: nowrap`;
    box.append(label);
  }
  $('histogram').append(box);
}

// ---- canvases ----

/// Room for names on the left of the plot. Those of hosts are long.
let GUTTER = 124;
const RIGHT = 12;

/// Sizes a canvas for the screen's pixels and returns its context, in CSS pixels.
function prepare(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  canvas.style.width = width + 'px';
  canvas.style.height = height + 'px';
  const w = Math.round(width * scale), h = Math.round(height * scale);
  if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';
  context.textBaseline = 'middle';
  return context;
}
function clipped(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  const fits = lowerBound(text.length, n => context.measureText(text.slice(0, n + 1) + '…').width <= width);
  return text.slice(0, fits) + '…';
}
function stripes(colour, ground, rising) {
  const tile = element('canvas', { width: 5, height: 5 });
  const context = tile.getContext('2d');
  if (ground) { context.fillStyle = ground; context.fillRect(0, 0, 5, 5); }
  context.globalAlpha = ground ? 0.55 : 1;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -5; at <= 5; at += 5) {
    context.moveTo(at, rising ? 5 : 0);
    context.lineTo(at + 5, rising ? 0 : 5);
  }
  context.stroke();
  return context.createPattern(tile, 'repeat');
}
const clockTick = (ms, step) => {
  const s = ms / 1000;
  if (s < 60) return step < 1000 ? s.toFixed(step < 100 ? 2 : 1) + ' s' : Math.round(s) + ' s';
  const pad = value => String(value).padStart(2, '0');
  const seconds = step < 1000 ? (s % 60).toFixed(step < 100 ? 2 : 1).padStart(step < 100 ? 5 : 4, '0') : pad(Math.round(s % 60));
  return s < 3600 ? `${Math.floor(s / 60)}:${seconds}` : `${Math.floor(s / 3600)}:${pad(Math.floor(s / 60 % 60))}:${seconds}`;
};
function tickStep(range, width) {
  const wanted = range / Math.max(1, width / 100);
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 144e5, 288e5, 864e5];
  return steps.find(step => step >= wanted) || steps[steps.length - 1];
}

// ---- lanes ----

/// A lane: its name and its rows. The pages of a row follow one another, so that they can be found by
/// bisection.
/// @param slack by which they may overlap: starts are told by one clock, spans by another
function packed(list, slack) {
  const rows = [], ends = [];
  for (const page of list) {
    let row = ends.findIndex(end => end <= start[page] + slack);
    if (row < 0) { row = rows.length; rows.push([]); }
    rows[row].push(page);
    ends[row] = start[page] + total[page];
  }
  return rows;
}
const byStart = [];
for (let page = 0; page < count; ++page) if (wasTried(page)) byStart.push(page);
byStart.sort((a, b) => start[a] - start[b]);

function lanesBy(keyOf, nameOf, compare, slack) {
  const groups = new Map();
  for (const page of byStart) {
    const key = keyOf(page);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(page);
  }
  return [...groups].sort(compare).map(([key, list]) => ({ name: nameOf(key), rows: packed(list, slack), pages: list.length }));
}
const makeLanes = {
  worker: () => lanesBy(page => pages.worker[page], key => key < 0 ? 'no worker' : 'worker ' + (key + 1), (a, b) => a[0] - b[0], 50),
  host: () => lanesBy(host, key => key, (a, b) => b[1].length - a[1].length, 1),
};
const laneCache = {};
const view = { from: 0, to: duration, mode: 'worker', lanes: [], height: 0 };

function layOut() {
  GUTTER = view.mode === 'worker' ? 124 : 210;
  overviewBins = null;
  view.lanes = laneCache[view.mode] ??= makeLanes[view.mode]();
  const rows = view.lanes.reduce((sum, lane) => sum + lane.rows.length, 0);
  view.row = view.mode === 'worker' ? (rows <= 12 ? 24 : rows <= 40 ? 17 : 12) : 13;
  view.gap = view.mode === 'worker' ? 0 : 7;
  let y = 4;
  for (const lane of view.lanes) {
    lane.y = y;
    y += lane.rows.length * view.row + view.gap;
  }
  view.height = y + 4 - view.gap;
  $('lanes-space').style.height = view.height + 'px';
  document.documentElement.dataset.lanes = view.lanes.length;
}
const plotWidth = () => Math.max(50, $('lanes-scroll').clientWidth - GUTTER - RIGHT);
const xOf = ms => GUTTER + (ms - view.from) / (view.to - view.from) * plotWidth();
const timeAt = x => view.from + (x - GUTTER) / plotWidth() * (view.to - view.from);

/// How high a phase is drawn, of a row's height: with the pattern, what tells them apart without colour.
const HEIGHT = { queued: 0.12, open: 0.45, navigate: 1, wait: 1, extract: 0.7, close: 0.45 };
let fills = {};

function drawPage(context, page, y, height, width) {
  const x0 = xOf(start[page]), x1 = xOf(start[page] + total[page]);
  const failed = pages.outcome[page] === FAILED;
  const left = Math.max(x0, GUTTER), right = Math.min(x1, width);
  const later = pages.later[page];
  let from = x0;
  if (span(page, 0) > 0) {
    const q0 = Math.max(GUTTER, xOf(start[page] - span(page, 0)));
    context.fillStyle = colours.queued;
    if (q0 < x0) context.fillRect(q0, y + height / 2 - 1, x0 - q0, 2);
  }
  if (later) {
    from = xOf(start[page] + later[later.length - 1] / 10);
    context.fillStyle = fills.early;
    context.fillRect(left, y, Math.max(0, from - left), height);
    context.strokeStyle = colours.early;
    context.strokeRect(left + 0.5, y + 0.5, Math.max(0, from - left - 1), height - 1);
  }
  let sum = 0;
  for (let phase = 1; phase < PHASES.length; ++phase) sum += span(page, phase);
  // Several attempts have one sum of each phase: it is shown as the last attempt's.
  const scale = sum > 0 ? (x1 - from) / Math.max(sum, later ? sum : total[page]) : 0;
  let x = from;
  for (let phase = 1; phase < PHASES.length; ++phase) {
    const end = x + span(page, phase) * scale;
    const a = Math.max(x, left), b = Math.min(end, right);
    if (b > a) {
      const high = Math.max(2, Math.round(height * HEIGHT[PHASES[phase]]));
      context.fillStyle = fills[PHASES[phase]];
      context.fillRect(a, y + Math.round((height - high) / 2), Math.max(b - a, 0.75), high);
    }
    x = end;
  }
  if (later) {
    context.fillStyle = colours.text;
    for (const begin of later) {
      const at = xOf(start[page] + begin / 10);
      if (at < GUTTER || at > width) continue;
      context.beginPath();
      context.moveTo(at - 3.5, y - 1);
      context.lineTo(at + 3.5, y - 1);
      context.lineTo(at, y + 5);
      context.fill();
    }
  }
  if (failed) {
    context.fillStyle = colours.bad;
    context.fillRect(left, y + height - 2, Math.max(right - left, 1.5), 2);
    if (right - left >= 9 && x1 <= width) {
      context.strokeStyle = colours.panel;
      for (const thick of [4, 2]) {
        context.lineWidth = thick;
        context.beginPath();
        const cx = right - 5, cy = y + height / 2;
        context.moveTo(cx - 3, cy - 3); context.lineTo(cx + 3, cy + 3);
        context.moveTo(cx + 3, cy - 3); context.lineTo(cx - 3, cy + 3);
        context.stroke();
        context.strokeStyle = colours.bad;
      }
      context.lineWidth = 1;
    }
  }
}

/// Seen from afar, pages are too narrow to be told apart: then a column of the lane shows what shares of
/// the time went to which phase, and its height how many of the lane's rows were busy.
const COLUMN = 3;
function drawLaneFromAfar(context, lane, y, height, width) {
  const columns = Math.ceil((width - GUTTER) / COLUMN);
  const shares = new Float64Array(columns * PHASES.length);
  const failed = new Uint8Array(columns);
  const add = (phase, from, to) => {
    const a = Math.max(0, (xOf(from) - GUTTER) / COLUMN), b = Math.min(columns, (xOf(to) - GUTTER) / COLUMN);
    for (let column = Math.floor(a); column < b; ++column)
      shares[column * PHASES.length + phase] += Math.min(b, column + 1) - Math.max(a, column);
  };
  for (const page of visiblePages(lane)) {
    const later = pages.later[page];
    let at = start[page];
    if (later) add(0, at, at += later[later.length - 1] / 10);
    let sum = 0;
    for (let phase = 1; phase < PHASES.length; ++phase) sum += span(page, phase);
    const scale = sum > 0 ? (start[page] + total[page] - at) / Math.max(sum, later ? sum : total[page]) : 0;
    for (let phase = 1; phase < PHASES.length; ++phase) add(phase, at, at += span(page, phase) * scale);
    if (pages.outcome[page] === FAILED) {
      const column = Math.floor((xOf(start[page] + total[page]) - GUTTER) / COLUMN);
      if (column >= 0 && column < columns) failed[column] = 1;
    }
  }
  // The long phases in the middle of a page's life carry the others.
  const order = [2, 3, 4, 1, 5, 0];
  for (let column = 0; column < columns; ++column) {
    let base = y + height;
    const x = GUTTER + column * COLUMN;
    for (const phase of order) {
      const high = Math.min(base - y, shares[column * PHASES.length + phase] / lane.rows.length * height);
      if (high <= 0) continue;
      context.fillStyle = phase === 0 ? colours.early : colours[PHASES[phase]];
      context.fillRect(x, base - high, COLUMN, high);
      base -= high;
    }
    if (!failed[column]) continue;
    context.fillStyle = colours.panel;
    context.fillRect(x, y + height - 5, COLUMN, 5);
    context.fillStyle = colours.bad;
    context.fillRect(x, y + height - 4, COLUMN - 0.5, 4);
  }
}

function* visiblePages(lane) {
  for (const row of lane.rows) {
    const first = lowerBound(row.length, i => start[row[i]] + total[row[i]] < view.from);
    for (let i = first; i < row.length && start[row[i]] <= view.to; ++i) yield row[i];
  }
}
function isFar(lane, width) {
  let visible = 0;
  for (const row of lane.rows) {
    visible += lowerBound(row.length, i => start[row[i]] <= view.to) - lowerBound(row.length, i => start[row[i]] + total[row[i]] < view.from);
  }
  return visible > (width - GUTTER) / 7 * Math.max(1, lane.rows.length / 2);
}
function drawLane(context, lane, y, height, width) {
  const rowHeight = view.row - 3;
  if (isFar(lane, width)) return drawLaneFromAfar(context, lane, y, lane.rows.length * view.row - 3, width);
  lane.rows.forEach((row, index) => {
    const top = y + index * view.row;
    if (top > height || top + view.row < 0) return;
    for (const page of visiblePages({ rows: [row] })) drawPage(context, page, top, rowHeight, width);
  });
}

function drawLanes() {
  const scroller = $('lanes-scroll');
  const width = scroller.clientWidth, height = Math.min(view.height, scroller.clientHeight);
  const context = prepare($('lanes'), width, height);
  fills = Object.fromEntries(PHASES.map(name => [name, colours[name]]));
  fills.wait = stripes(colours.panel, colours.wait, true);
  fills.early = stripes(colours.early, null, false);
  const top = scroller.scrollTop;
  const right = width - RIGHT;
  const visible = lane => lane.y - top < height && lane.y + lane.rows.length * view.row - top > 0;
  context.save();
  context.beginPath();
  context.rect(GUTTER, 0, right - GUTTER + 1, height);
  context.clip();
  drawGrid(context, height);
  for (const lane of view.lanes) {
    if (!visible(lane)) continue;
    drawLane(context, lane, lane.y - top + 1, height, right);
  }
  drawEvents(context, 0, height);
  context.restore();
  for (const lane of view.lanes) {
    if (!visible(lane)) continue;
    const y = lane.y - top;
    context.fillStyle = colours.muted;
    context.textAlign = 'left';
    const amount = number(lane.pages);
    const amountWidth = context.measureText(amount).width;
    const middle = y + Math.min(lane.rows.length * view.row, view.row) / 2;
    context.fillText(amount, GUTTER - 12 - amountWidth, middle);
    context.fillStyle = colours.text;
    context.fillText(clipped(context, lane.name, GUTTER - 28 - amountWidth), 2, middle);
    if (view.gap && lane !== view.lanes[0]) {
      context.fillStyle = colours.faint;
      context.fillRect(0, Math.round(y - view.gap / 2 - 1), width, 1);
    }
  }
  if (!view.lanes.length) {
    context.fillStyle = colours.muted;
    context.fillText('no page was tried', 2, 12);
  }
}

function drawGrid(context, height) {
  const step = tickStep(view.to - view.from, plotWidth());
  context.fillStyle = colours.faint;
  for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) context.fillRect(Math.round(xOf(t)), 0, 1, height);
}

const isBadEvent = what => /died|retired/.test(what);
function drawEvents(context, y, height) {
  for (const [at, what] of run.events) {
    const t = at / 10;
    if (t < view.from || t > view.to) continue;
    context.strokeStyle = isBadEvent(what) ? colours.bad : colours.muted;
    context.globalAlpha = isBadEvent(what) ? 0.9 : 0.6;
    context.setLineDash(isBadEvent(what) ? [5, 3] : [1, 3]);
    context.beginPath();
    const x = Math.round(xOf(t)) + 0.5;
    context.moveTo(x, y);
    context.lineTo(x, y + height);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function drawAxis() {
  const width = $('lanes-scroll').clientWidth;
  const context = prepare($('axis'), width, 26);
  const step = tickStep(view.to - view.from, plotWidth());
  context.fillStyle = colours.muted;
  context.textAlign = 'center';
  for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) {
    const x = xOf(t);
    if (x < width - 20) context.fillText(clockTick(t, step), Math.max(x, GUTTER + 8), 18);
  }
  for (const [at, what] of run.events) {
    const t = at / 10;
    if (t < view.from || t > view.to) continue;
    const x = xOf(t), bad = isBadEvent(what);
    context.fillStyle = bad ? colours.bad : colours.muted;
    context.beginPath();
    if (bad) { context.moveTo(x, 2); context.lineTo(x + 4, 6); context.lineTo(x, 10); context.lineTo(x - 4, 6); }
    else { context.moveTo(x - 3, 3); context.lineTo(x + 4, 6.5); context.lineTo(x - 3, 10); }
    context.fill();
  }
}

/// Pages done over the whole run, failed ones on top; and which part of it the lanes show.
let overviewBins = null;
function drawOverview() {
  const canvas = $('overview');
  const width = $('lanes-scroll').clientWidth, height = 46;
  const context = prepare(canvas, width, height);
  const plot = plotWidth();
  const bins = Math.max(10, Math.min(Math.floor(plot / 4), Math.max(60, byStart.length)));
  if (!overviewBins || overviewBins.bins !== bins) {
    const done = new Float64Array(bins), failed = new Float64Array(bins);
    for (const page of byStart) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor((start[page] + total[page]) / duration * bins)));
      ++(pages.outcome[page] === FAILED ? failed : done)[bin];
    }
    let most = 0;
    for (let bin = 0; bin < bins; ++bin) most = Math.max(most, done[bin] + failed[bin]);
    overviewBins = { bins, done, failed, most };
  }
  const { done, failed, most } = overviewBins;
  const step = plot / bins, base = height - 6;
  for (let bin = 0; bin < bins; ++bin) {
    const x = GUTTER + bin * step, good = most ? done[bin] / most * (base - 4) : 0, bad = most ? failed[bin] / most * (base - 4) : 0;
    context.fillStyle = colours.navigate;
    context.fillRect(x, base - good, step - 1, good);
    context.fillStyle = colours.bad;
    if (bad) context.fillRect(x, base - good - Math.max(bad, 2), step - 1, Math.max(bad, 2));
  }
  context.fillStyle = colours.line;
  context.fillRect(GUTTER, base, plot, 1);
  context.fillStyle = colours.muted;
  context.textAlign = 'left';
  context.fillText('pages done', 2, 14);
  context.fillText(most ? `up to ${(most / (duration / bins / 1000)).toFixed(most / (duration / bins / 1000) < 10 ? 1 : 0)} /s` : '', 2, 30);
  if (view.from > 0 || view.to < duration) {
    const x0 = GUTTER + view.from / duration * plot, x1 = GUTTER + view.to / duration * plot;
    context.fillStyle = colours.panel;
    context.globalAlpha = 0.72;
    context.fillRect(GUTTER, 0, x0 - GUTTER, height);
    context.fillRect(x1, 0, GUTTER + plot - x1, height);
    context.globalAlpha = 1;
    context.strokeStyle = colours.accent;
    context.strokeRect(x0 + 0.5, 0.5, Math.max(2, x1 - x0 - 1), height - 1);
  }
}

function drawMemory() {
  const { at, driver, browser } = run.memory;
  $('memory').hidden = at.length === 0;
  if (!at.length) return;
  const width = $('lanes-scroll').clientWidth, height = 96, base = height - 8, top = 8;
  const context = prepare($('memory'), width, height);
  const most = Math.max(...browser, ...driver, 1) * 1.08;
  const y = value => base - value / most * (base - top);
  context.save();
  context.beginPath();
  context.rect(GUTTER, 0, plotWidth() + 1, height);
  context.clip();
  drawGrid(context, base);
  drawEvents(context, 0, base);
  const path = values => {
    context.beginPath();
    at.forEach((time, i) => context[i ? 'lineTo' : 'moveTo'](xOf(time / 10), y(values[i])));
    context.lineTo(xOf(duration), y(values[values.length - 1]));
  };
  path(browser);
  context.strokeStyle = colours.extract;
  context.lineWidth = 1.5;
  context.stroke();
  context.lineTo(xOf(duration), base);
  context.lineTo(xOf(at[0] / 10), base);
  context.globalAlpha = 0.14;
  context.fillStyle = colours.extract;
  context.fill();
  context.globalAlpha = 1;
  path(driver);
  context.strokeStyle = colours.open;
  context.setLineDash([4, 2]);
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 1;
  context.restore();
  context.fillStyle = colours.line;
  context.fillRect(GUTTER, base, plotWidth(), 1);
  context.textAlign = 'left';
  const key = (name, colour, dash, values, line) => {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(2, line); context.lineTo(16, line);
    context.stroke();
    context.setLineDash([]);
    context.lineWidth = 1;
    context.fillStyle = colours.text;
    context.fillText(name, 22, line);
    context.fillStyle = colours.muted;
    context.fillText('peak ' + kib(Math.max(...values)), 22, line + 14);
  };
  context.fillStyle = colours.muted;
  context.fillText('memory', 2, 10);
  key('browser', colours.extract, [], browser, 30);
  key('driver', colours.open, [4, 2], driver, 62);
}

let frame = 0;
function redraw() {
  if (frame) return;
  frame = requestAnimationFrame(() => { frame = 0; drawAll(); });
}
function drawAll() {
  drawOverview();
  drawAxis();
  drawLanes();
  drawMemory();
}
function showRange(from, to) {
  const least = Math.min(duration, 5);
  const range = Math.min(duration, Math.max(least, to - from));
  view.from = Math.min(Math.max(0, from), duration - range);
  view.to = view.from + range;
  redraw();
}
function zoom(factor, around = (view.from + view.to) / 2) {
  showRange(around - (around - view.from) * factor, around + (view.to - around) * factor);
}
function chooseLanes(mode) {
  view.mode = mode;
  for (const name of ['worker', 'host']) $('by-' + name).setAttribute('aria-pressed', String(name === mode));
  layOut();
  $('lanes-scroll').scrollTop = 0;
  redraw();
}

function pageAt(x, y) {
  const inLanes = y + $('lanes-scroll').scrollTop;
  if (x < GUTTER) return -1;
  const lane = view.lanes.find(l => inLanes >= l.y && inLanes < l.y + l.rows.length * view.row);
  if (!lane) return -1;
  const row = lane.rows[Math.floor((inLanes - lane.y) / view.row)];
  const t = timeAt(x), slack = (view.to - view.from) / plotWidth() * 1.5;
  const at = lowerBound(row.length, i => start[row[i]] + total[row[i]] < t - slack);
  return at < row.length && start[row[at]] <= t + slack ? row[at] : -1;
}

function showTip(event, ...content) {
  const tip = $('tip');
  tip.replaceChildren(...content);
  tip.hidden = content.length === 0;
  if (tip.hidden) return;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, Math.min(event.clientX + 14, innerWidth - box.width - 12)) + 'px';
  tip.style.top = (event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 12 : event.clientY + 18) + 'px';
}
function describe(page) {
  const parts = [outcomeText(page), pages.status[page] || '', milliseconds(total[page]), `from ${clock(start[page])} on`];
  if (pages.attempts[page] > 1) parts.push(`${pages.attempts[page]} attempts`);
  const lines = [element('b', {}, url(page)), element('div', { className: 'muted' }, parts.filter(Boolean).join(' · ')), phaseKeys(page)];
  return lines;
}
function phaseKeys(page) {
  const keys = element('div', { className: 'keys' });
  PHASES.forEach((name, phase) => {
    if (span(page, phase) >= 0.05)
      keys.append(element('span', { className: 'key' }, element('span', { className: 'swatch ' + name }), `${name} ${milliseconds(span(page, phase))}`));
  });
  return keys;
}

function listen() {
  $('by-worker').onclick = () => chooseLanes('worker');
  $('by-host').onclick = () => chooseLanes('host');
  $('zoom-in').onclick = () => zoom(0.5);
  $('zoom-out').onclick = () => zoom(2);
  $('zoom-all').onclick = () => showRange(0, duration);
  const canvas = $('lanes'), scroller = $('lanes-scroll');
  scroller.addEventListener('scroll', redraw, { passive: true });
  scroller.addEventListener('keydown', event => {
    const step = (view.to - view.from) / 8;
    const act = { ArrowLeft: () => showRange(view.from - step, view.to - step), ArrowRight: () => showRange(view.from + step, view.to + step),
      '+': () => zoom(0.5), '=': () => zoom(0.5), '-': () => zoom(2), 0: () => showRange(0, duration) }[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  });
  scroller.addEventListener('wheel', event => {
    if (!event.ctrlKey && !event.metaKey) {
      if (Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      event.preventDefault();
      const shift = event.deltaX / plotWidth() * (view.to - view.from);
      return showRange(view.from + shift, view.to + shift);
    }
    event.preventDefault();
    zoom(Math.exp(event.deltaY * 0.004), Math.min(view.to, Math.max(view.from, timeAt(event.clientX - canvas.getBoundingClientRect().left))));
  }, { passive: false });
  let drag = null;
  canvas.addEventListener('pointerdown', event => {
    drag = { x: event.clientX, from: view.from, to: view.to, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    const box = canvas.getBoundingClientRect();
    if (!drag) {
      const page = pageAt(event.clientX - box.left, event.clientY - box.top);
      return showTip(event, ...(page < 0 ? [] : describe(page)));
    }
    const moved = event.clientX - drag.x;
    if (Math.abs(moved) < 4 && !drag.moved) return;
    drag.moved = true;
    showTip(event);
    canvas.classList.add('dragging');
    const shift = moved / plotWidth() * (drag.to - drag.from);
    showRange(drag.from - shift, drag.to - shift);
  });
  canvas.addEventListener('pointerup', event => {
    const box = canvas.getBoundingClientRect();
    const page = drag && !drag.moved ? pageAt(event.clientX - box.left, event.clientY - box.top) : -1;
    drag = null;
    canvas.classList.remove('dragging');
    if (page >= 0) showDetails(page);
  });
  canvas.addEventListener('pointercancel', () => { drag = null; });
  canvas.addEventListener('pointerleave', event => showTip(event));
  canvas.addEventListener('dblclick', event => zoom(0.4, timeAt(event.clientX - canvas.getBoundingClientRect().left)));
  listenToOverview();
  $('axis').addEventListener('pointermove', event => {
    const x = event.clientX - $('axis').getBoundingClientRect().left;
    const near = run.events.filter(([at]) => Math.abs(xOf(at / 10) - x) < 6);
    showTip(event, ...near.map(([at, what]) => element('div', {}, `${what} · ${clock(at / 10)}`)));
  });
  $('axis').addEventListener('pointerleave', event => showTip(event));
  $('memory').addEventListener('pointermove', event => {
    const t = timeAt(event.clientX - $('memory').getBoundingClientRect().left);
    const { at, driver, browser } = run.memory;
    const i = Math.min(at.length - 1, lowerBound(at.length, n => at[n] / 10 < t));
    if (t < view.from || t > view.to || i < 0) return showTip(event);
    showTip(event, element('b', {}, clock(at[i] / 10)), element('div', {}, `browser ${kib(browser[i])} · driver ${kib(driver[i])}`));
  });
  $('memory').addEventListener('pointerleave', event => showTip(event));
  new ResizeObserver(redraw).observe(scroller);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { readColours(); redraw(); });
  addEventListener('keydown', event => { if (event.key === 'Escape') $('details').hidden = true; });
}

function listenToOverview() {
  const canvas = $('overview');
  const time = event => (event.clientX - canvas.getBoundingClientRect().left - GUTTER) / plotWidth() * duration;
  let from = null;
  canvas.addEventListener('pointerdown', event => { from = time(event); canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener('pointermove', event => {
    if (from === null) return;
    const to = time(event);
    if (Math.abs(to - from) / duration * plotWidth() > 4) showRange(Math.min(from, to), Math.max(from, to));
  });
  canvas.addEventListener('pointerup', event => {
    const to = time(event), half = (view.to - view.from) / 2;
    if (from !== null && Math.abs(to - from) / duration * plotWidth() <= 4) showRange(to - half, to + half);
    from = null;
  });
}

function showLegend() {
  for (const name of PHASES) $('legend').append(element('span', { className: 'key' }, element('span', { className: 'swatch ' + name }), name));
  const mark = (text, colour, name) => {
    const symbol = element('span', { className: 'mark' }, text);
    symbol.style.color = colour;
    $('legend').append(element('span', { className: 'key' }, symbol, name));
  };
  if (summary.retries) {
    $('legend').append(element('span', { className: 'key' }, element('span', { className: 'swatch early' }), 'earlier attempts'));
    mark('▾', 'var(--text)', 'retry');
  }
  if (outcomes[FAILED]) mark('✕', 'var(--bad)', 'failed');
  if (run.events.some(([, what]) => isBadEvent(what))) mark('◆', 'var(--bad)', 'browser lost');
  if (run.events.length) mark('▸', 'var(--muted)', 'browser started');
}

// ---- tables ----

function outcomeText(page) {
  if (pages.outcome[page] !== OK) return code(page) || ['ok', 'failed', 'skipped'][pages.outcome[page]];
  return pages.flags[page] & PARTIAL ? 'partial' : 'ok';
}
const outcomeClass = page => pages.outcome[page] === FAILED ? 'is-bad' : pages.outcome[page] === SKIPPED || pages.flags[page] & PARTIAL ? 'is-warn' : 'is-good';
const outcomeMark = page => pages.outcome[page] === FAILED ? '✕ ' : pages.outcome[page] === SKIPPED ? '– ' : pages.flags[page] & PARTIAL ? '◐ ' : '✓ ';
const longBar = Math.max(shareOfTimes(98), 1);

function sparkline(page) {
  const spark = element('span', { className: 'spark', title: PHASES.map((name, phase) => `${name} ${milliseconds(span(page, phase))}`).join(', ') });
  let left = 100;
  PHASES.forEach((name, phase) => {
    const width = Math.min(left, span(page, phase) / longBar * 100);
    if (width < 0.3) return;
    left -= width;
    const part = element('i');
    part.style.cssText = `width: ${width}%; background: var(--${name})`;
    spark.append(part);
  });
  return spark;
}
function urlCell(page) {
  const cell = element('span', { className: 'url', title: url(page) });
  if (pages.screenshots[page]) cell.append(element('img', { src: pages.screenshots[page], loading: 'lazy', alt: '' }));
  cell.append(host(page), element('span', { className: 'path' }, pages.path[page]));
  return cell;
}
const tables = {
  pages: {
    columns: '56px 150px 52px minmax(280px, 1fr) 34px 34px 78px 84px minmax(110px, 190px) 78px',
    sort: ['seq', 1],
    fields: [
      { key: 'seq', name: '#', number: true, value: page => pages.seq[page], show: page => number(pages.seq[page]) },
      { key: 'outcome', name: 'Outcome', value: page => outcomeText(page), className: outcomeClass, show: page => outcomeMark(page) + outcomeText(page) },
      { key: 'status', name: 'Status', number: true, value: page => pages.status[page], show: page => pages.status[page] || '–' },
      { key: 'url', name: 'URL', value: url, cell: urlCell },
      { key: 'tries', name: 'Tries', number: true, value: page => pages.attempts[page], show: page => pages.attempts[page] },
      { key: 'worker', name: 'W', title: 'Worker', number: true, value: page => pages.worker[page], show: page => pages.worker[page] < 0 ? '–' : pages.worker[page] + 1 },
      { key: 'start', name: 'Start', number: true, value: page => start[page], show: page => clock(start[page]) },
      { key: 'time', name: 'Time', number: true, value: page => total[page], show: page => milliseconds(total[page]) },
      { key: 'spark', name: 'Phases', value: page => total[page], cell: sparkline },
      { key: 'size', name: 'HTML', number: true, value: page => pages.bytes[page], show: page => pages.bytes[page] ? size(pages.bytes[page]) : '–' },
    ],
    choose: page => showDetails(page),
  },
  hosts: {
    columns: 'minmax(260px, 1fr) 90px 90px 90px 90px 110px 110px 100px',
    sort: ['pages', -1],
    fields: [
      { key: 'name', name: 'Host', value: entry => entry.name, show: entry => entry.name },
      { key: 'pages', name: 'Pages', number: true, value: entry => entry.pages, show: entry => number(entry.pages) },
      { key: 'failed', name: 'Failed', number: true, value: entry => entry.failed, className: entry => entry.failed ? 'is-bad' : 'muted', show: entry => number(entry.failed) },
      { key: 'share', name: 'Failed %', number: true, value: entry => entry.failed / entry.pages, show: entry => percent(entry.failed / entry.pages) },
      { key: 'retries', name: 'Retries', number: true, value: entry => entry.retries, show: entry => number(entry.retries) },
      { key: 'mean', name: 'Mean time', number: true, value: entry => entry.mean, show: entry => milliseconds(entry.mean) },
      { key: 'longest', name: 'Longest', number: true, value: entry => entry.longest, show: entry => milliseconds(entry.longest) },
      { key: 'size', name: 'HTML', number: true, value: entry => entry.bytes, show: entry => size(entry.bytes) },
    ],
    choose: entry => choosePages('host:' + entry.name),
  },
  errors: {
    columns: '180px 90px 90px 90px minmax(300px, 1fr)',
    sort: ['pages', -1],
    fields: [
      { key: 'name', name: 'Error', value: entry => entry.name, className: () => 'is-bad', show: entry => entry.name },
      { key: 'pages', name: 'Pages', number: true, value: entry => entry.pages, show: entry => number(entry.pages) },
      { key: 'share', name: 'Of all', number: true, value: entry => entry.pages, show: entry => percent(entry.pages / count) },
      { key: 'hosts', name: 'Hosts', number: true, value: entry => entry.hosts.size, show: entry => number(entry.hosts.size) },
      { key: 'example', name: 'For example', value: entry => entry.example, show: entry => entry.example },
    ],
    choose: entry => choosePages('error:' + entry.name),
  },
};
const table = { kind: 'pages', list: [], chip: 'all' };
const ROW = 30;

const chips = [
  ['all', 'All', () => true],
  ['ok', 'OK', page => pages.outcome[page] === OK],
  ['failed', 'Failed', page => pages.outcome[page] === FAILED],
  ['skipped', 'Skipped', page => pages.outcome[page] === SKIPPED],
  ['retried', 'Retried', page => pages.attempts[page] > 1],
  ['partial', 'Partial', page => (pages.flags[page] & PARTIAL) !== 0],
];

/// Words of the filter: every one has to fit.
function filterOf(text) {
  const tests = text.toLowerCase().split(/\s+/).filter(Boolean).map(word => {
    const [, key, value] = /^(host|error|status):(.+)$/.exec(word) || [];
    if (table.kind !== 'pages') return entry => (entry.name + ' ' + (entry.example || '')).toLowerCase().includes(value || word);
    if (key === 'host') return page => host(page).toLowerCase().includes(value);
    if (key === 'error') return page => code(page) === value;
    if (key === 'status') return page => String(pages.status[page]).startsWith(value);
    return page => url(page).toLowerCase().includes(word) || code(page).includes(word) ||
      (pages.titles[page] || '').toLowerCase().includes(word) || (pages.details[page] || '').toLowerCase().includes(word);
  });
  return entry => tests.every(test => test(entry));
}

function fillTable() {
  const kind = tables[table.kind];
  const chip = chips.find(([name]) => name === table.chip)[2];
  const fits = filterOf($('filter').value);
  const all = table.kind === 'pages' ? Array.from({ length: count }, (_, page) => page) : table.kind === 'hosts' ? hostList : errorList;
  table.list = all.filter(entry => (table.kind !== 'pages' || chip(entry)) && fits(entry));
  const [key, direction] = kind.sort;
  const field = kind.fields.find(f => f.key === key);
  const keys = new Map(table.list.map(entry => [entry, field.value(entry)]));
  table.list.sort((a, b) => {
    const one = keys.get(a), other = keys.get(b);
    return direction * (one < other ? -1 : one > other ? 1 : 0);
  });
  $('count').textContent = table.list.length === all.length ? `${number(all.length)} ${table.kind}` : `${number(table.list.length)} of ${number(all.length)} ${table.kind}`;
  $('chips').hidden = table.kind !== 'pages';
  for (const tab of Object.keys(tables)) $('tab-' + tab).setAttribute('aria-selected', String(tab === table.kind));
  showTable();
}

function showTable() {
  const kind = tables[table.kind];
  const head = element('div', { className: 'row header', role: 'row' });
  for (const field of kind.fields) {
    const button = element('button', { title: field.title || `Sort by ${field.name}` }, field.name);
    const cell = element('span', { className: field.number ? 'number' : '' }, button);
    cell.setAttribute('role', 'columnheader');
    cell.dataset.key = field.key;
    if (kind.sort[0] === field.key) cell.setAttribute('aria-sort', kind.sort[1] > 0 ? 'ascending' : 'descending');
    button.onclick = () => {
      const largestFirst = field.number && field.key !== 'seq' && field.key !== 'start' || field.key === 'spark';
      kind.sort = kind.sort[0] === field.key ? [field.key, -kind.sort[1]] : [field.key, largestFirst ? -1 : 1];
      fillTable();
    };
    head.append(cell);
  }
  const body = element('div', { className: 'body', role: 'rowgroup' });
  body.style.height = table.list.length * ROW + 'px';
  const rows = element('div', { className: 'rows', role: 'table' }, head, body);
  rows.style.setProperty('--columns', kind.columns);
  rows.setAttribute('aria-rowcount', table.list.length);
  if (!table.list.length) rows.append(element('div', { className: 'nothing' }, table.kind === 'errors' && !errorList.length ? 'No errors' : 'Nothing fits the filter'));
  $('table').replaceChildren(rows);
  let first = -1, last = -1;
  const fill = () => {
    const from = Math.max(0, Math.floor(rows.scrollTop / ROW) - 6);
    const to = Math.min(table.list.length, Math.ceil((rows.scrollTop + rows.clientHeight) / ROW) + 6);
    if (from === first && to === last) return;
    [first, last] = [from, to];
    body.replaceChildren(...table.list.slice(from, to).map((entry, index) => showRow(kind, entry, from + index)));
  };
  rows.addEventListener('scroll', fill, { passive: true });
  fill();
}

function showRow(kind, entry, index) {
  const row = element('div', { className: 'row', tabIndex: 0 });
  row.setAttribute('role', 'row');
  row.setAttribute('aria-rowindex', index + 1);
  row.style.top = index * ROW + 'px';
  for (const field of kind.fields) {
    const cell = field.cell ? field.cell(entry) : element('span', {}, String(field.show(entry)));
    if (!field.cell) cell.title = cell.textContent;
    if (field.number) cell.classList.add('number');
    if (field.className) cell.classList.add(field.className(entry));
    cell.setAttribute('role', 'cell');
    row.append(cell);
  }
  row.onclick = () => kind.choose(entry);
  row.onkeydown = event => { if (event.key === 'Enter') kind.choose(entry); };
  return row;
}

function choosePages(filter) {
  table.kind = 'pages';
  table.chip = 'all';
  markChip();
  $('filter').value = filter;
  fillTable();
  $('table').scrollIntoView({ block: 'nearest' });
}
function markChip() {
  for (const button of $('chips').children) button.setAttribute('aria-pressed', String(button.dataset.name === table.chip));
}
function makeTableBar() {
  for (const [name, text, fits] of chips) {
    let amount = 0;
    for (let page = 0; page < count; ++page) if (fits(page)) ++amount;
    if (!amount && name !== 'all') continue;
    const button = element('button', { onclick: () => { table.chip = name; markChip(); fillTable(); } }, `${text} ${number(amount)}`);
    button.dataset.name = name;
    $('chips').append(button);
  }
  markChip();
  let waiting = 0;
  $('filter').oninput = () => { clearTimeout(waiting); waiting = setTimeout(fillTable, count > 20000 ? 200 : 0); };
  for (const kind of Object.keys(tables)) {
    $('tab-' + kind).onclick = () => { table.kind = kind; $('filter').value = ''; fillTable(); };
  }
}

function showDetails(page) {
  const box = $('details');
  const address = url(page);
  const link = /^https?:\/\//i.test(address) ? element('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, address) : address;
  const list = element('dl');
  const add = (name, ...values) => { list.append(element('dt', {}, name), element('dd', {}, ...values)); };
  add('URL', link);
  const outcome = element('span', { className: outcomeClass(page) }, outcomeMark(page) + outcomeText(page));
  add('Outcome', outcome, pages.status[page] ? `, status ${pages.status[page]}` : '');
  if (pages.details[page]) add('Error', `${pages.details[page]} (in ${PHASES[pages.phase[page]]})`);
  if (pages.redirects[page]) add('Redirects', String(pages.redirects[page]));
  add('Fetched', pages.flags[page] & OVER_HTTP ? 'over HTTP' : 'by the browser');
  add('Time', `${milliseconds(total[page])}, from ${clock(start[page])} on` + (pages.worker[page] < 0 ? '' : `, worker ${pages.worker[page] + 1}`));
  if (pages.attempts[page] > 1) add('Attempts', `${pages.attempts[page]}; phases are those of all together`);
  if (pages.bytes[page]) add('HTML', size(pages.bytes[page]));
  const shown = [element('button', { className: 'shut', title: 'Close', onclick: () => { box.hidden = true; } }, '×'),
    element('h2', {}, pages.titles[page] || 'Page ' + number(pages.seq[page])), list, phaseKeys(page)];
  if (pages.screenshots[page]) shown.push(element('img', { src: pages.screenshots[page], alt: 'What the page looked like' }));
  shown[3].style.marginTop = '10px';
  box.replaceChildren(...shown);
  box.hidden = false;
}

// ---- go ----

readColours();
showHead();
showFigures();
showCards();
showLegend();
layOut();
makeTableBar();
fillTable();
listen();
drawAll();
document.documentElement.dataset.ready = Math.round(performance.now());
})();
