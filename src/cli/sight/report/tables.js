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
