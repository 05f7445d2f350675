/*
 * ladder_layout.js - where everything on a ladder stands, before it is drawn
 */
const LADDER = {top: 20, line: 16, gutter: 236, bar: 9, step: 102};

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
		if (last.has(lane))
			y = Math.max(y, last.get(lane) + LADDER.line);
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

/* From where to where a segment went, and how far it came. */
function arrowOf(segment, placed, xs)
{
	const from = xs.get(segment.fromHost);
	const to = xs.get(segment.toHost);
	const y1 = placed.rows.get(`sent ${segment.row}`);
	const y2 = placed.rows.get(`arrived ${segment.row}`) ??
		   placed.rows.get(`lost ${segment.row}`);
	const arrow = {segment, lost: segment.fate !== 1};

	if (from === undefined && to === undefined)
		return null;
	arrow.x1 = from ?? to - 120;
	arrow.x2 = to ?? from + 120;
	arrow.y1 = y1 ?? (y2 ?? placed.at(segment.t)) - 10;
	arrow.y2 = y2 ?? arrow.y1 + 10;
	if (segment.forged)
		arrow.x1 += (arrow.x2 - arrow.x1) * 0.55;
	if (arrow.lost)
		arrow.x2 = arrow.x1 + (arrow.x2 - arrow.x1) * 0.58;
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

function layoutLadder(scenario, options)
{
	const all = ladderItems(scenario, options.chosen);
	const items = all.slice(0, options.most);
	const hosts = ladderHosts(scenario, items);
	const width = Math.max(880 + 180 * Math.max(0, hosts.length - 2),
			       options.width);
	const placed = placeItems(items, options.cut);
	const left = LADDER.step + LADDER.gutter;
	const span = width - left - LADDER.gutter;
	const xs = new Map(hosts.map((host, i) => [
		host,
		left + (hosts.length > 1 ? i * span / (hosts.length - 1)
					 : span / 2),
	]));
	const connections = scenario.connections.filter(
		c => !options.chosen || options.chosen.has(c.index));
	const bars = [];
	const arrows = [];

	connections.slice(0, 8).forEach((connection, slot) => {
		connection.ends.forEach((end, side) => {
			end.states.forEach((state, i) => {
				state.key = `state@${connection.index}.${side}.${i}`;
			});
		});
		for (const item of items)
			if (item.state && item.connection === connection.index)
				placed.rows.set(item.state.key, item.y);
		for (const [side, end] of connection.ends.entries())
			if (xs.has(end.host))
				bars.push(...barsOf(end, side, slot, placed));
	});
	for (const item of items)
		if (item.what === "sent" ||
		    (item.what === "arrived" && item.segment.forged)) {
			const arrow = arrowOf(item.segment, placed, xs);

			if (arrow)
				arrows.push(arrow);
		}
	return {items, left_out: all.length - items.length, hosts, xs, width,
		bars, arrows, slots: Math.min(8, connections.length),
		...placed};
}
