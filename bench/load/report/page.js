'use strict';
const run = JSON.parse(document.getElementById('run').textContent);
const COLOURS = ['var(--a)', 'var(--b)', 'var(--c)', 'var(--d)'];

function element(name, attributes = {}, ...children) {
  const svg = ['svg', 'path', 'line', 'rect', 'text'].includes(name);
  const node = svg ? document.createElementNS(document.body.dataset.svg, name)
                   : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function table(parent, head, rows) {
  const body = rows.map((row) => element('tr', {}, ...row.map((cell) =>
      cell instanceof Node ? cell : element('td', {}, String(cell)))));
  parent.append(element('div', {class: 'wide'}, element('table', {},
      element('tr', {}, ...head.map((text) => element('th', {}, text))), ...body)));
}

function round(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', {maximumFractionDigits: digits});
}

// The next number of 1, 2, 3, 5 and 8 times a power of ten.
function above(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 3, 5, 8, 10].find((step) => value <= step * power);
}

// One plot: a line for every series over the seconds of the run; the time measured is shaded.
function plot(parent, title, series) {
  const points = run.seconds;
  const known = series.filter(([key]) => points.some((p) => p[key] !== undefined));
  if (!known.length || points.length < 2) return;
  const W = 420, H = 150, L = 44, B = 18, T = 8;
  const end = points[points.length - 1].at;
  const values = known.flatMap(([key, , by = 1]) => points.map((p) => (p[key] ?? 0) * by));
  const most = above(Math.max(...values));
  const x = (at) => L + (W - L - 6) * at / end;
  const y = (value) => T + (H - T - B) * (1 - value / most);
  const svg = element('svg', {viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': title});
  const from = x(Math.min(run.windowFrom, end));
  const to = x(Math.min(run.windowFrom + run.windowSeconds, end));
  svg.append(element('rect', {x: from, y: T, width: Math.max(0, to - from), height: H - T - B,
                              fill: 'var(--line)', 'fill-opacity': .35}));
  for (let i = 0; i <= 2; ++i) {
    const value = most * i / 2;
    svg.append(element('line', {x1: L, x2: W - 6, y1: y(value), y2: y(value), stroke: 'var(--line)'}),
               element('text', {x: L - 5, y: y(value) + 4, 'text-anchor': 'end'}, round(value)));
  }
  for (let i = 0; i <= 4; ++i)
    svg.append(element('text', {x: x(end * i / 4), y: H - 4, 'text-anchor': i < 4 ? 'middle' : 'end'},
                       `${round(end * i / 4)} s`));
  const caption = element('figcaption', {}, title);
  known.forEach(([key, label, by = 1], i) => {
    const d = points.filter((p) => p[key] !== undefined)
        .map((p, n) => `${n ? 'L' : 'M'}${x(p.at).toFixed(1)} ${y(p[key] * by).toFixed(1)}`).join('');
    svg.append(element('path', {d, fill: 'none', stroke: COLOURS[i], 'stroke-width': 1.8}));
    caption.append(element('span', {class: 'key', style: `color:${COLOURS[i]}`}, `— ${label}`));
  });
  parent.append(element('figure', {}, caption, svg));
}

function verdict(main) {
  const missed = run.verdicts.filter((v) => v.result !== 'met');
  const [kind, text] = !run.valid
      ? ['odd', 'Invalid: this run says nothing about the server']
      : missed.length ? ['bad', `${missed.length} of ${run.verdicts.length} objectives missed`]
                      : ['good', `All ${run.verdicts.length} objectives met`];
  main.append(element('div', {class: `verdict ${kind}`}, text));
  for (const why of run.invalid) main.append(element('p', {class: 'odd'}, `Invalid: ${why}`));
  if (run.limit) main.append(element('p', {}, element('strong', {}, 'Limit: '), run.limit));
  table(main, ['objective', 'wanted', 'measured', ''], [...missed,
    ...run.verdicts.filter((v) => v.result === 'met')].map((v) => [
    v.meaning, v.demand, v.measured,
    element('td', {class: v.result === 'met' ? 'good' : 'bad'},
            v.result === 'met' ? '✓ met' : `✗ ${v.result.toLowerCase()}`)]));
  for (const why of run.failures) main.append(element('p', {class: 'bad'}, why));
}

function plots(main) {
  main.append(element('h2', {}, 'Over time (shaded: measured)'));
  const grid = element('div', {class: 'plots'});
  main.append(grid);
  plot(grid, 'People', [['people', 'clients'], ['serverParticipants', 'server says']]);
  plot(grid, 'CPU, % of a core', [['serverCpuShare', 'server', 100], ['loadCpuShare', 'load', 100]]);
  plot(grid, 'Server memory, MiB', [['serverRssMiB', 'resident']]);
  plot(grid, 'Received by clients, Mbit/s', [['receivedMbit', 'clients'], ['serverMbitOut', 'server sent']]);
  plot(grid, 'Packets a second', [['receivedPackets', 'received'], ['serverPacketsOut', 'server sent'],
                                  ['serverPacketsIn', 'server received']]);
  plot(grid, 'Lost and dropped, packets a second', [['lostPackets', 'lost'], ['serverDropped', 'dropped out'],
                                                    ['serverDroppedIn', 'dropped in']]);
  plot(grid, 'Freezes so far, pictures that stand', [['freezes', 'freezes'], ['stalled', 'standing']]);
  plot(grid, 'Server threads, descriptors', [['serverThreads', 'threads'],
                                             ['serverDescriptors', 'descriptors']]);
}

function more(main) {
  main.append(element('h2', {}, 'Figures'));
  table(main, ['', ''], run.readable);
  main.append(element('h2', {}, 'Durations, ms'));
  table(main, ['', 'count', 'p50', 'p90', 'p99', 'most'], Object.entries(run.durationsMs).map(
      ([name, d]) => [name, d.count, round(d.p50), round(d.p90), round(d.p99), round(d.max)]));
  const heights = Object.entries(run.counts).filter(([name]) => /^pictures\d+p$/.test(name))
      .sort(([a], [b]) => parseInt(a.slice(8), 10) - parseInt(b.slice(8), 10));
  if (heights.length) {
    main.append(element('h2', {}, 'Layers that were seen'));
    const all = heights.reduce((sum, [, n]) => sum + n, 0);
    table(main, ['height', 'pictures', 'share'], heights.map(([name, n]) =>
        [name.slice(8), n.toLocaleString('en'), `${round(100 * n / all)} %`]));
  }
  const threads = Object.entries(run.server.cpuSecondsByThread ?? {}).sort(([, a], [, b]) => b - a);
  if (threads.length) {
    main.append(element('h2', {}, 'Server CPU by thread'));
    table(main, ['thread', 's', '% of a core'], threads.slice(0, 12).map(([name, s]) =>
        [name, round(s), round(100 * s / run.windowSeconds)]));
  }
  const settings = element('details', {}, element('summary', {}, 'Settings of the scenario'));
  table(settings, ['', ''], Object.entries(run.scenario).map(([key, value]) =>
      [key, typeof value === 'object' ? JSON.stringify(value) : value]));
  const counts = element('details', {}, element('summary', {}, 'Everything counted'));
  table(counts, ['', ''], Object.entries({...run.counts, ...run.greatest}).map(([key, value]) =>
      [key, round(value)]));
  const metrics = element('details', {}, element('summary', {}, 'Server metrics, before and after'));
  table(metrics, ['', 'before', 'after'], Object.entries(run.server.metrics ?? {})
      .map(([key, [before, after]]) => [key, round(before), round(after)]));
  main.append(settings, counts, metrics);
}

const main = document.querySelector('main');
const machine = run.machine;
main.append(
    element('h1', {}, run.scenario.title || run.scenario.name),
    element('p', {class: 'faint'}, [
      run.scenario.name, run.time, `${round(run.windowSeconds)} s measured`, run.commit,
      `${machine.processor}, ${machine.cores} cores, ${round(machine.memoryMiB / 1024)} GiB, ${machine.kernel}`,
      run.machines > 1 ? `${run.machines} load machines` : ''].filter(Boolean).join(' · ')));
document.title = `${run.scenario.name}: ${run.valid ? (run.exitCode ? 'missed' : 'met') : 'invalid'}`;
verdict(main);
plots(main);
more(main);
