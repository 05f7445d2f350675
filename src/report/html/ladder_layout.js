/*
 * ladder_layout.js - where everything on a ladder stands, before it is drawn
 */
const LADDER = {top: 20, line: 16, arrow: 22, bar: 9, step: 108};

/* So many connections have bars beside a lifeline. */
const LANES_MOST = 8;

/* What takes a line of text, and beside which lifeline. */
function laneOf(item)
{
	switch (item.what) {
	case "sent":
		return "sent";
	case "lost":
		return "lost";
	case "arrived":
		/* nobody sent it: this is where its arrow is written on */
		if (item.segment.forged)
			return "sent";
		return `arrived ${item.segment.toHost}`;
	case "step":
		return "step";
	case "wire":
		return "sent";
	case "fault":
		return "sent";
	default:
		return `side ${hostOf(item)}`;
	}
}

function hostOf(item)
{
	if (item.owner)
		return item.owner.host;
	if (item.segment)
		return item.what === "arrived" ? item.segment.toHost
					       : item.segment.fromHost;
	return item.event ? item.event.host : null;
}

function ladderItems(scenario, chosen)
{
	const faulted = new Set(scenario.segments.map(s => s.fault));

	return scenario.items.filter(item => {
		if (item.connection >= 0 && chosen && !chosen.has(item.connection))
			return false;
		item.event = item.segment || item.what === "state"
				     ? null : scenario.events[item.n];
		if (item.what === "proc" && item.event &&
		    item.event.program === "agent" && !item.event.signal)
			return false;
		/* the arrow tells it */
		if (item.what === "fault" && faulted.has(item.n))
			return false;
		return item.event || item.segment || item.state;
	});
}

function ladderHosts(scenario, items)
{
	const hosts = [];
	const add = host => {
		if (host && !hosts.includes(host))
			hosts.push(host);
	};

	for (const item of items) {
		if (item.connection >= 0)
			for (const end of scenario.connections[item.connection].ends)
				add(end.host);
	}
	items.forEach(item => add(hostOf(item)));
	return hosts.length ? hosts : scenario.hosts.map(([name]) => name);
}

/* The items in sight begin with that one, and so many before there are. */
function placeOf(scenario, chosen, n)
{
	const items = ladderItems(scenario, chosen);
	const found = items.findIndex(i => i.n === n);
	const {t} = scenario.events[n] || {};

	if (found >= 0 || t === undefined)
		return Math.max(0, found);
	const after = items.findIndex(i => i.t >= t);

	return after < 0 ? items.length - 1 : after;
}

/* Each item on a line below all before it that would be in its way; the more
 * time has passed, the further below. */
function placeItems(items, cut)
{
	const last = new Map();
	const placed = {rows: new Map(), moments: [], places: [], breaks: []};
	let y = LADDER.top + 14;
	let t = items.length ? items[0].t : 0;

	for (const item of items) {
		const dt = Math.max(0, item.t - t);
		const lane = laneOf(item);
		const before = y;

		y += room(dt, cut);
		if (cut && isSilence(dt))
			y += 26;
		/* what is written on an arrow needs more than its own height */
		if (last.has(lane))
			y = Math.max(y, last.get(lane) +
					(lane === "sent" ? LADDER.arrow
							 : LADDER.line));
		if (item.what === "arrived" || item.what === "lost") {
			const sent = placed.rows.get(`sent ${item.index}`);

			y = Math.max(y, (sent || y - 10) + 10);
		}
		if (cut && isSilence(dt))
			placed.breaks.push({y: (before + y) / 2, dt});
		last.set(lane, y);
		placed.rows.set(`${item.what} ${item.index}`, y);
		item.y = y;
		t = Math.max(t, item.t);
		placed.moments.push(t);
		placed.places.push(y);
	}
	placed.height = y + 36;
	placed.at = when => interpolate(placed.moments, placed.places, when);
	return placed;
}

/* How far below a lost segment's begin its end would be, had it got there: as
 * far as that of the next one that did. */
function fall(segment, segments, placed)
{
	const peer = segments.find(
		s => s.row > segment.row && s.fate === 1 && !s.forged &&
		     s.fromHost === segment.fromHost &&
		     s.toHost === segment.toHost);
	const y1 = peer && placed.rows.get(`sent ${peer.row}`);
	const y2 = peer && placed.rows.get(`arrived ${peer.row}`);

	return Math.max(10, y2 - y1 || 0);
}

/* From where to where a segment went, and how far it came. */
function arrowOf(segment, segments, placed, xs)
{
	const from = xs.get(segment.fromHost);
	const to = xs.get(segment.toHost);
	const y1 = placed.rows.get(`sent ${segment.row}`);
	const y2 = placed.rows.get(`arrived ${segment.row}`);
	const arrow = {segment, lost: segment.fate !== 1};

	if (from === undefined && to === undefined)
		return null;
	arrow.x1 = from ?? to - 120;
	arrow.x2 = to ?? from + 120;
	arrow.y1 = y1 ?? (y2 ?? placed.at(segment.t)) - 10;
	arrow.y2 = y2 ?? arrow.y1 + fall(segment, segments, placed);
	if (segment.forged)
		arrow.x1 += (arrow.x2 - arrow.x1) * 0.55;
	if (arrow.lost) {
		arrow.x2 = arrow.x1 + (arrow.x2 - arrow.x1) * 0.58;
		arrow.y2 = arrow.y1 + (arrow.y2 - arrow.y1) * 0.58;
	}
	return arrow;
}

/* The bars of an end's states; @slot keeps connections apart. */
function barsOf(end, side, slot, placed)
{
	return end.states.map((state, i) => {
		const next = end.states[i + 1];
		const y = placed.rows.get(state.key) ?? placed.at(state.from);

		return {
			end, state, slot, side, y1: y,
			y2: next ? placed.rows.get(next.key) ??
					   placed.at(next.from)
			    : state.state === "CLOSED" ? y + 4
						       : placed.height - 20,
		};
	});
}

/* As wide as there is room for, as narrow as it can be read. */
function measure(hosts, options)
{
	const least = (options.width < 560 ? 600 : 760) +
		      160 * Math.max(0, hosts.length - 2);
	const width = Math.max(least, options.width);
	const share = hosts.length > 2 ? 0.22 : width <= 600 ? 0.27 : 0.3;
	const gutter = Math.round(Math.min(300, (width - LADDER.step) * share));
	const left = LADDER.step + gutter;
	const span = width - left - gutter;

	return {
		hosts, width, gutter,
		xs: new Map(hosts.map((host, i) => [
			host,
			left + (hosts.length > 1 ? i * span / (hosts.length - 1)
						 : span / 2),
		])),
	};
}

/* Of the bars those that reach into what is drawn. */
function barsInSight(connections, placed, xs, [from, to])
{
	return connections.flatMap((connection, slot) =>
		[...connection.ends.entries()].flatMap(
			([side, end]) => xs.has(end.host)
				? barsOf(end, side, slot, placed) : [])
		.filter(({state}) => state.from <= to &&
				     (state.until < 0 || state.until >= from)));
}

function layoutLadder(scenario, options)
{
	const all = ladderItems(scenario, options.chosen);
	const before = Math.max(0, Math.min(options.from, all.length - 1));
	const items = all.slice(before, before + options.most);
	const after = all.length - before - items.length;
	const sheet = measure(ladderHosts(scenario, items), options);
	const placed = placeItems(items, options.cut);
	const connections = scenario.connections.filter(
		c => !options.chosen || options.chosen.has(c.index))
				    .slice(0, LANES_MOST);
	const arrows = items
		.filter(i => i.what === "sent" ||
			     (i.what === "arrived" && i.segment.forged))
		.map(i => arrowOf(i.segment, scenario.segments, placed, sheet.xs))
		.filter(Boolean);

	for (const connection of connections)
		connection.ends.forEach((end, side) => {
			end.states.forEach((state, i) => {
				state.key = `state@${connection.index}.${side}.${i}`;
			});
		});
	for (const item of items)
		if (item.state && item.state.key)
			placed.rows.set(item.state.key, item.y);
	return {
		items, before, after, all: all.length, arrows,
		bars: barsInSight(connections, placed, sheet.xs, [
			before ? items[0].t : -Infinity,
			after ? items.at(-1).t : Infinity,
		]),
		slots: connections.length, ...sheet, ...placed,
	};
}
