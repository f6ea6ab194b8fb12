// The browser's half of the console: everything here works by delegation on document, survives re-rendering and needs no call
// from the server. What is marked in the markup: data-copy, data-ago, data-list/data-row, data-close, data-set-theme,
// data-fill, data-dismiss, data-href, data-pause, data-search.

const away = { since: 0, timer: 0 };

// ---- Theme: a cookie, so that the server knows before the page's first byte.
function setTheme(theme) {
  const root = document.documentElement;
  if (theme === 'system') root.removeAttribute('data-theme'); else root.setAttribute('data-theme', theme);
  const age = theme === 'system' ? 0 : 31536000;
  document.cookie = `a2a-theme=${theme}; path=/; max-age=${age}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
  markTheme();
}

function markTheme() {
  const now = document.documentElement.getAttribute('data-theme') ?? 'system';
  for (const button of document.querySelectorAll('[data-set-theme]'))
    button.setAttribute('aria-pressed', String(button.dataset.setTheme === now));
}

// ---- Times: the words age without the server.
export function ago(seconds) {
  const past = seconds >= 0, s = Math.abs(seconds);
  const [n, unit] = s < 60 ? [Math.floor(s), 's'] : s < 3600 ? [Math.floor(s / 60), 'min'] : s < 172800 ? [Math.floor(s / 3600), 'h'] : [Math.floor(s / 86400), 'days'];
  if (s < 1) return 'now';
  return past ? `${n} ${unit} ago` : `in ${n} ${unit}`;
}

function absolute(date) {
  const utc = date.toISOString().replace('T', ' ').replace(/\.(\d+)Z$/, '.$1 UTC');
  return `${utc}\n${date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })} local`;
}

function tick(root = document) {
  const now = Date.now();
  for (const time of root.querySelectorAll('time[data-ago]')) {
    const date = new Date(time.dateTime), words = ago((now - date) / 1000);
    if (time.firstChild && time.firstChild.nodeValue !== words) time.firstChild.nodeValue = words;
    if (!time.title.endsWith('local')) time.title = absolute(date);
  }
  for (const time of root.querySelectorAll('time[data-local]')) {
    const date = new Date(time.dateTime);
    const words = isNaN(date) ? '' : `${date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })} local`;
    if (time.firstChild && time.firstChild.nodeValue !== words) time.firstChild.nodeValue = words;
  }
}

// ---- A drawing's file as a picture: drawn here, from the same SVG that is offered as a file.
async function png(link) {
  try {
    const svg = await (await fetch(link.href)).text();
    const image = new Image();
    await new Promise((done, fail) => {
      image.onload = done;
      image.onerror = fail;
      image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svg);
    });
    // Twice the size for paper, within what browsers draw.
    const scale = Math.min(2, 8000 / Math.max(image.width, image.height));
    const canvas = Object.assign(document.createElement('canvas'), { width: Math.ceil(image.width * scale), height: Math.ceil(image.height * scale) });
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise(done => canvas.toBlob(done, 'image/png'));
    const save = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: link.getAttribute('download') });
    document.body.append(save); save.click(); save.remove();
    setTimeout(() => URL.revokeObjectURL(save.href), 10000);
  } catch {
    announce('The picture could not be made; take the SVG');
  }
}

// ---- Copy
async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    const area = document.createElement('textarea');
    area.value = button.dataset.copy;
    document.body.append(area); area.select(); document.execCommand('copy'); area.remove();
    button.focus();
  }
  button.classList.add('copied');
  announce('Copied');
  setTimeout(() => button.classList.remove('copied'), 1200);
}

function announce(text) {
  let region = document.getElementById('announcer');
  if (!region) {
    region = Object.assign(document.createElement('div'), { id: 'announcer', className: 'sr-only' });
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  region.textContent = text;
}

// ---- Lists: j, k, Enter; a row's own link is what opens.
const rows = () => [...document.querySelectorAll('[data-list] [data-row]')];
const open = row => row.querySelector('a[data-open]')?.click();

// Where the keyboard was: a row that has left the list (closed, given away) leaves its place to the one after it.
const place = { id: null, at: -1 };

function here() {
  const row = document.activeElement?.closest?.('[data-row]');
  if (row) return row;
  return place.id && !document.querySelector('[data-close]') ? document.getElementById(place.id) : null;
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  let at = all.indexOf(here());
  if (at < 0) at = all.findIndex(r => r.getAttribute('aria-selected') === 'true');
  const index = at >= 0 ? at + step : place.at >= 0 ? place.at + Math.min(step, 0) : 0;
  const next = all[Math.max(0, Math.min(all.length - 1, index))];
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('focusin', e => {
  const row = e.target.closest?.('[data-row]');
  if (row) Object.assign(place, { id: row.id || null, at: rows().indexOf(row) });
});

// ---- Choosing rows: one, or all from the last one chosen to this one.
let lastChosen = null;

function choose(row, range) {
  const box = row?.querySelector('[data-choose]');
  if (!box) return;
  const all = rows(), from = all.findIndex(r => r.id && r.id === lastChosen), to = all.indexOf(row);
  if (range && from >= 0)
    for (const other of all.slice(Math.min(from, to), Math.max(from, to) + 1).map(r => r.querySelector('[data-choose]')).filter(b => b && !b.checked)) other.click();
  else box.click();
  lastChosen = row.id || null;
}

// A key acts on what is chosen, else on what is open, else on the row where the keyboard is. The page hears the choice first, then the act.
function act(key) {
  const button = document.querySelector(`[data-key="${key}"]`);
  if (!button) return false;
  if (key !== 'u' && !document.querySelector('[data-choose]:checked') && !document.querySelector('[data-close]')) choose(here(), false);
  button.click();
  return true;
}

let lastOpened = null;

function close() {
  const menu = document.querySelector('details[data-dismiss][open]');
  if (menu) { menu.open = false; menu.querySelector('summary').focus(); return true; }
  const link = document.querySelector('[data-close]');
  if (!link) {
    const letGo = document.querySelector('[data-let-go]');
    letGo?.click();
    return !!letGo;
  }
  link.click();
  setTimeout(() => document.querySelector(lastOpened ?? '#none')?.focus({ preventScroll: true }), 60);
  return true;
}

const places = { o: '/', t: '/alerts', i: '/incidents', e: '/events', a: '/agents', c: '/certificates', r: '/reviews', q: '/quarantine', l: '/audit' };
let going = 0;

function typing(target) {
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

function navigate(href) {
  if (window.Blazor?.navigateTo) window.Blazor.navigateTo(href); else location.href = href;
}

document.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open], .mud-dialog-container')) return;
  if (e.key === 'Escape') {
    if (typing(e.target) && e.target.matches('[data-search]')) { e.target.blur(); return; }
    if (close()) e.preventDefault();
    return;
  }
  if (typing(e.target)) return;
  if (going && Date.now() - going < 1200 && places[e.key]) { going = 0; e.preventDefault(); navigate(places[e.key]); return; }
  going = 0;
  switch (e.key) {
    case '/': e.preventDefault(); document.querySelector('[data-search]')?.focus(); break;
    case '?': e.preventDefault(); document.getElementById('shortcut-sheet')?.showModal(); break;
    case 'j': move(1); break;
    case 'k': move(-1); break;
    case 'g': going = Date.now(); break;
    case 'x': case 'X': choose(here(), e.shiftKey); break;
    case 'o': case 'a': case 'e': case 'i': case 'u': if (act(e.key)) e.preventDefault(); break;
    case '+': case '-': case '0': case 't': { const act = document.querySelector(`[data-key="${e.key}"]`); if (act) { e.preventDefault(); act.click(); } break; }
    case 'p': document.querySelector('[data-pause]')?.click(); break;
    case 'Enter': {
      const row = e.target.closest('[data-row]');
      if (row && e.target === row) { e.preventDefault(); remember(row); open(row); }
    }
  }
});

function remember(row) {
  lastOpened = row.id ? `#${CSS.escape(row.id)}` : null;
}

document.addEventListener('click', e => {
  const target = e.target.closest('[data-copy],[data-set-theme],[data-shortcuts],[data-fill],[data-row],summary,a,button') ?? e.target;
  for (const menu of document.querySelectorAll('details[data-dismiss][open]'))
    if (!menu.contains(e.target) || e.target.closest('a')) menu.open = false;
  if (e.target.matches('[data-choose]') && e.isTrusted) {
    // The browser has toggled this one already; a range takes the others along.
    const row = e.target.closest('[data-row]'), all = rows(), from = all.findIndex(r => r.id && r.id === lastChosen), to = all.indexOf(row);
    if (e.shiftKey && from >= 0)
      for (const other of all.slice(Math.min(from, to), Math.max(from, to) + 1)) {
        const box = other.querySelector('[data-choose]');
        if (other !== row && box && box.checked !== e.target.checked) box.click();
      }
    lastChosen = row?.id || null;
  }
  if (target.matches('[data-png]')) { e.preventDefault(); e.stopPropagation(); png(target); return; }
  if (target.matches('[data-copy]')) { e.preventDefault(); e.stopPropagation(); copy(target); return; }
  if (target.matches('[data-set-theme]')) { setTheme(target.dataset.setTheme); return; }
  if (target.matches('[data-shortcuts]')) { target.closest('details')?.removeAttribute('open'); document.getElementById('shortcut-sheet')?.showModal(); return; }
  if (target.matches('[data-fill]')) { fill(target); return; }
  const bar = e.target.closest('[data-href]');
  if (bar) { navigate(bar.dataset.href); return; }
  const row = e.target.closest('[data-row]');
  if (row && !e.target.closest('a,button,input,label,select') && !String(getSelection())) { remember(row); open(row); }
  else if (row && e.target.closest('a[data-open]')) remember(row);
});

// ---- Search goes through the circuit when there is one.
document.addEventListener('submit', e => {
  const input = e.target.querySelector?.('[data-search]');
  if (!input || !window.Blazor?.navigateTo) return;
  e.preventDefault();
  if (input.value.trim()) navigate('/find?q=' + encodeURIComponent(input.value.trim()));
});

// ---- Demo sign-in: fills the form, the person still presses the button.
function fill(button) {
  const form = document.querySelector('form[data-sign-in]');
  form.elements.userName.value = button.dataset.fill;
  form.elements.password.value = button.dataset.password;
  form.querySelector('[type=submit]').focus();
}

// ---- Connection: Blazor tells its modal element; the top bar says it in words.
function setConnection(state, text) {
  const element = document.querySelector('[data-connection]');
  if (!element) return;
  element.dataset.state = state;
  element.querySelector('[data-connection-text]').textContent = text;
}

function whileAway() {
  const seconds = Math.round((Date.now() - away.since) / 1000);
  setConnection('away', `reconnecting, data from ${ago(seconds) === 'now' ? 'just now' : ago(seconds)}`);
}

document.getElementById('components-reconnect-modal')?.addEventListener('components-reconnect-state-changed', e => {
  const state = e.detail.state;
  if (state === 'show' || state === 'retrying') {
    if (!away.since) { away.since = Date.now(); away.timer = setInterval(whileAway, 1000); whileAway(); }
  } else if (state === 'hide') {
    clearInterval(away.timer);
    away.since = 0;
    setConnection('live', 'live');
  } else if (state === 'failed') {
    document.addEventListener('visibilitychange', () => location.reload(), { once: true });
    setTimeout(() => window.Blazor.reconnect().then(ok => ok || location.reload()).catch(() => {}), 3000);
  } else if (state === 'rejected') {
    location.reload();
  }
});

// ---- Called by pages: a list that must not move under the pointer, and the end of a list.
export function watchList(list, page) {
  let inside = false, held = false;
  const tell = () => {
    const value = inside || list.scrollTop > 40;
    if (held === value) return;
    held = value;
    page.invokeMethodAsync('HoldAsync', value).catch(() => {});
  };
  const enter = e => { if (e.pointerType !== 'touch') { inside = true; tell(); } };
  const leave = () => { inside = false; tell(); };
  const onScroll = () => {
    tell();
    if (list.scrollTop > 40 && list.scrollHeight - list.scrollTop - list.clientHeight < 600) page.invokeMethodAsync('NearEndAsync').catch(() => {});
  };
  list.addEventListener('pointerenter', enter);
  list.addEventListener('pointerleave', leave);
  list.addEventListener('scroll', onScroll, { passive: true });
  return {
    toTop() { list.scrollTop = 0; },
    dispose() { list.removeEventListener('pointerenter', enter); list.removeEventListener('pointerleave', leave); list.removeEventListener('scroll', onScroll); },
  };
}

export function focus(selector) {
  document.querySelector(selector)?.focus({ preventScroll: true });
}

markTheme();
tick();
setInterval(tick, 1000);
new MutationObserver(() => markTheme()).observe(document.body, { childList: true, subtree: false });
