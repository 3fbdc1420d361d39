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
