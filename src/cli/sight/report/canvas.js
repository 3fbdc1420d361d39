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
