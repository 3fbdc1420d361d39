// ---- the whole run ----

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
