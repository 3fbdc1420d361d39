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
