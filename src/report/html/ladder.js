/*
 * ladder.js - both ends of a connection and what went between them, drawn
 */
function outward(layout, host)
{
	const place = layout.hosts.indexOf(host);

	return place === 0 && layout.hosts.length > 1 ? -1 : 1;
}

/* So many letters fit there; beside one in the middle up to the next. */
function lettersBeside(layout, host)
{
	const place = layout.hosts.indexOf(host);
	const next = layout.hosts[place + 1];
	const free = place > 0 && next
			     ? layout.xs.get(next) - layout.xs.get(host) - 10
			     : layout.gutter;

	return Math.max(8, Math.floor((free - 14 - layout.slots *
				       (LADDER.bar + 2)) / 7.3));
}

/* And so many between the outermost lifelines. */
function lettersBetween(layout)
{
	const xs = [...layout.xs.values()];

	return xs.length > 1 ? Math.floor((xs.at(-1) - xs[0] - 16) / 7.3) : 60;
}

function cutText(text, most)
{
	return text.length > most ? text.slice(0, most - 1) + "…" : text;
}

/* Text beside a lifeline, on its outer side. */
function sideText(layout, host, y, text, attributes)
{
	const way = outward(layout, host);
	const x = layout.xs.get(host) +
		  way * (10 + layout.slots * (LADDER.bar + 2));

	return svg("text", {
		x, y: y + 4, "text-anchor": way < 0 ? "end" : "start",
		...attributes,
	}, cutText(text, lettersBeside(layout, host)));
}

function numbers(...list)
{
	return list.filter(Boolean).join(" ");
}

function drawHost(layout, host)
{
	const x = layout.xs.get(host);

	return svg("line", {class: "host", x1: x, x2: x, y1: LADDER.top - 20,
			    y2: layout.height - 12});
}

/* The names stay in sight, however long the ladder. */
function drawHead(layout)
{
	return svg("svg", {
		class: "ladder-head", viewBox: `0 0 ${layout.width} 26`,
	}, layout.hosts.map(host => svg("text", {
		x: layout.xs.get(host), y: 18, "text-anchor": "middle",
	}, host)));
}

function drawBreak(layout, gap)
{
	const wave = (x, y, width) =>
		`M${x} ${y}q${width / 4} -6 ${width / 2} 0t${width / 2} 0`;
	const marks = layout.hosts.map(host => {
		const x = layout.xs.get(host);

		const way = outward(layout, host);
		const width = 20 + layout.slots * (LADDER.bar + 2);
		const left = way < 0 ? x + 10 - width : x - 10;

		return [svg("rect", {x: left, y: gap.y - 4, width, height: 8,
				     class: "paper"}),
			svg("path", {d: wave(left, gap.y - 4, width)}),
			svg("path", {d: wave(left, gap.y + 4, width)})];
	});

	return svg("g", {class: "break"}, marks,
		   svg("text", {
			   x: (layout.xs.get(layout.hosts[0]) +
			       layout.xs.get(layout.hosts.at(-1))) / 2,
			   y: gap.y + 4, "text-anchor": "middle",
		   }, `${duration(gap.dt)} of silence`));
}

function drawBar(scenario, layout, bar)
{
	const way = outward(layout, bar.end.host);
	const x = layout.xs.get(bar.end.host) +
		  way * (4 + bar.slot * (LADDER.bar + 2));
	const {state, end} = bar;
	const held = state.until >= 0 ? state.until - state.from : -1;
	const whose = layout.slots > 1 && end.name ? `${end.name} ` : "";
	const label = whose + state.state +
		      (state.state === "TIME_WAIT" && held > 0
			       ? ` ${duration(held)}` : "");
	const height = Math.max(3, bar.y2 - bar.y1);

	return svg("g", {
		class: `state st-${state.state} src-${state.source}`,
		"data-n": numbers(state.n), "data-t": state.from,
		"data-state": state.state, "data-end": endName(end),
		...telling(`${endName(end)} ${state.state} at ` +
			   moment(state.from),
			   () => stateCard(scenario, end, state)),
	},
		   svg("rect", {x: way < 0 ? x - LADDER.bar : x, y: bar.y1,
				width: LADDER.bar, height, rx: 2,
				class: "bar"}),
		   state.restarts.map(t => svg("path", {
			   class: "restart",
			   d: `M${x - 8} ${layout.at(t)}h16`,
		   })),
		   bar.slot < 4 &&
			   sideText(layout, end.host, bar.y1 + 1, label,
				    {class: "label"}));
}

/* A head is drawn by hand: a marker cannot take the colour of its line. */
function head(x, y, angle)
{
	const at = `translate(${x} ${y}) rotate(${angle})`;

	return svg("path", {d: "M0 0L-9 -4L-9 4z", transform: at,
			    class: "head"});
}

/* Along a flat arrow, on its upper side: before its middle, where it is clear
 * of those that come the other way. */
function alongArrow({x1, y1, x2, y2, lost}, angle, letters)
{
	const length = Math.hypot(x2 - x1, y2 - y1) || 1;
	const half = letters * 3.65;
	const along = lost ? half + 14 : Math.max(half + 14, 0.4 * length);
	const up = Math.abs(angle) > 90 ? angle + 180 : angle;
	const turn = up * Math.PI / 180;
	const x = x1 + (x2 - x1) / length * along + 4 * Math.sin(turn);
	const y = y1 + (y2 - y1) / length * along - 4 * Math.cos(turn);
	const flip = Math.abs(angle) > 90 ? angle - 180 : angle;

	return {x, y, "text-anchor": "middle",
		transform: `rotate(${flip} ${x} ${y})`};
}

/* Steep ones are as close to each other as lines of text: upright, by the
 * sender. */
function besideArrow({x1, y1, x2})
{
	return {x: x1 + (x2 > x1 ? 12 : -12), y: y1 + 3,
		"text-anchor": x2 > x1 ? "start" : "end"};
}

function arrowText(arrow, angle, fault)
{
	const {x1, y1, x2, y2, lost, segment} = arrow;
	const text = segmentText(segment) +
		     (fault && !lost ? ` ⚡${fault.action}` : "");
	const steep = Math.abs(y2 - y1) > Math.abs(x2 - x1) * 0.55;

	return svg("text", steep ? besideArrow(arrow)
				 : alongArrow(arrow, angle, text.length), text);
}

function drawArrow(scenario, layout, arrow)
{
	const {segment, x1, y1, x2, y2} = arrow;
	const angle = Math.atan2(y2 - y1, x2 - x1) * 180 / Math.PI;
	const fault = scenario.events[segment.fault];
	const kind = ["SYN", "FIN", "RST"].find(f => segment.flags.includes(f));

	return svg("g", {
		class: `arrow ${arrow.lost ? "lost" : ""} ` +
		       `${segment.forged ? "forged" : ""} ` +
		       `${segment.again ? "again" : ""} ` +
		       `${kind ? `k-${kind}` : segment.len ? "k-data" : ""}`,
		"data-n": numbers(segment.n, segment.arrivedN, segment.fault),
		...telling(`${segment.fromHost} to ${segment.toHost}: ` +
			   `${segmentText(segment)}, ${FATES[segment.fate]}`,
			   () => segmentCard(scenario, segment)),
	},
		   svg("line", {x1, y1, x2, y2, class: "wide"}),
		   svg("line", {x1, y1, x2, y2}),
		   arrow.lost ? svg("text", {x: x2, y: y2 + 5, class: "cross",
					     "text-anchor": "middle"}, "✗")
			      : head(x2, y2, angle),
		   fault && svg("text", {
			   x: x2 + (x2 > x1 ? 12 : -12), y: y2 + 4,
			   class: "why", "text-anchor": x2 > x1 ? "start" : "end",
		   }, arrow.lost ? fault.action : ""),
		   arrowText(arrow, angle, fault));
}

function middle(layout)
{
	return (layout.xs.get(layout.hosts[0]) +
		layout.xs.get(layout.hosts.at(-1))) / 2;
}

function drawNote(scenario, layout, item)
{
	const event = item.event;
	const tell = telling(eventText(event), () => eventCard(event));
	const marks = {"data-n": numbers(item.n), ...tell};

	if (item.what === "wire" || item.what === "fault")
		return svg("g", {class: `note ${item.what}`, ...marks},
			   svg("text", {x: middle(layout), y: item.y + 4,
					"text-anchor": "middle"},
			       cutText(`${item.what === "wire" ? "✂" : "⚡"} ` +
				       eventText(event).replace(/^fault \d+: /, ""),
				       lettersBetween(layout))));
	if (!layout.xs.has(event.host))
		return null;
	const x = layout.xs.get(event.host);
	const until = layout.at(event.t);

	return svg("g", {class: `note ${item.what} ` +
				`${event.error ? "bad" : ""}`, ...marks},
		   event.kind === "call" && until > item.y + LADDER.line &&
			   svg("path", {class: "blocked",
					d: `M${x} ${item.y}V${until}m-4 0h8`}),
		   svg("circle", {cx: x, cy: item.y, r: 3.5}),
		   sideText(layout, event.host, item.y,
			    eventText(event, lettersBeside(layout, event.host)),
			    {}));
}

function drawStep(scenario, layout, item, onstep)
{
	const {event} = item;

	return svg("g", {
		class: "step", "data-n": numbers(item.n),
		...telling(event.text, () => el("div", {}, el("h4", {},
			`line ${event.line}: ${event.text}`), facts([
			["taken up", moment(event.t)],
			["event", `#${event.n}`],
		]))),
		...press(() => onstep(event.line)),
	},
		   svg("line", {x1: LADDER.step, x2: layout.width - 6,
				y1: item.y, y2: item.y}),
		   svg("rect", {x: LADDER.step - 32, y: item.y - 8, width: 28, height: 16,
				rx: 8}),
		   svg("text", {x: LADDER.step - 18, y: item.y + 4,
				"text-anchor": "middle"}, event.line));
}

/* When it was, wherever there is room to say so and it is news. */
function drawTimes(layout)
{
	let free = -Infinity;
	let said = "";

	return layout.moments.map((t, i) => {
		const y = layout.places[i];
		const when = moment(t);

		if (y < free || when === said)
			return null;
		free = y + LADDER.line - 2;
		said = when;
		return svg("text", {x: LADDER.step - 38, y: y + 4, class: "when",
				    "text-anchor": "end"}, when);
	});
}

/* Arrow keys go from one thing to the next, in the order of time; one of them
 * alone is a stop for the tab key. */
function walkable(picture)
{
	const stops = [...picture.querySelectorAll("[data-n]")];

	stops.forEach((g, i) => g.setAttribute("tabindex", i ? "-1" : "0"));
	picture.addEventListener("keydown", event => {
		const way = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1,
			     ArrowLeft: -1}[event.key];
		const at = stops.indexOf(document.activeElement);

		if (!way || at < 0)
			return;
		event.preventDefault();
		event.stopPropagation();
		stops[Math.min(stops.length - 1, Math.max(0, at + way))].focus();
	});
}

function drawLadder(scenario, options)
{
	const layout = layoutLadder(scenario, options);
	const notes = layout.items.filter(
		i => i.event && i.what !== "step" && i.what !== "state");
	const things = [
		...layout.bars.map(b => [b.y1, drawBar(scenario, layout, b)]),
		...layout.arrows.map(a => [a.y1, drawArrow(scenario, layout, a)]),
		...notes.map(i => [i.y, drawNote(scenario, layout, i)]),
	].sort((a, b) => a[0] - b[0]);
	const picture = svg("svg", {
		class: "ladder", role: "group",
		"aria-label": `ladder: ${layout.hosts.join(" and ")}`,
		viewBox: `0 0 ${layout.width} ${layout.height}`,
		width: layout.width, height: layout.height,
	},
		drawTimes(layout),
		layout.items.filter(i => i.what === "step" && i.event)
			.map(i => drawStep(scenario, layout, i, options.onstep)),
		layout.hosts.map(host => drawHost(layout, host)),
		things.map(([, g]) => g),
		layout.breaks.map(gap => drawBreak(layout, gap)));

	walkable(picture);
	picture.layout = layout;
	return picture;
}
