/*
 * lanes.js - the states and timers of each end, from left to right
 */
const LANES = {left: 190, right: 16, lane: 40, most: 12};

function laneMoments(scenario, ends)
{
	const moments = [0, scenario.last];

	for (const end of ends) {
		for (const state of end.states)
			moments.push(state.from, ...state.restarts);
		for (const [since] of end.timers || [])
			moments.push(since);
	}
	return moments.filter(t => t >= 0);
}

function drawLaneState(scenario, end, state, scale, y)
{
	const x1 = scale.at(state.from);
	const x2 = scale.at(state.until >= 0 ? state.until : scenario.last);
	const width = Math.max(1.5, x2 - x1);

	if (state.state === "CLOSED")
		return null;
	return svg("g", {
		class: `state st-${state.state} src-${state.source}`,
		"data-n": numbers(state.n),
		...telling(`${endName(end)} ${state.state}`,
			   () => stateCard(scenario, end, state)),
	},
		   svg("rect", {x: LANES.left + x1, y, width, height: 18,
				rx: 2, class: "bar"}),
		   width > state.state.length * 7 + 6 &&
			   svg("text", {x: LANES.left + x1 + 4, y: y + 13,
					class: "inside"}, state.state));
}

function drawTimers(end, scale, scenario, y)
{
	const timers = end.timers || [];

	return timers.map(([since, what, due, retrans], i) => {
		const until = timers[i + 1] ? timers[i + 1][0] : end.over;
		const x1 = scale.at(since);
		const width = Math.max(1.5, scale.at(Math.min(until, due)) - x1);

		if (what === "off")
			return null;
		return svg("g", {
			class: `timer t-${what}`, "data-n": "",
			...telling(`timer ${what}`, () => el("div", {},
				el("h4", {}, `timer ${what}`), facts([
					["since", moment(since)],
					["due", moment(due)],
					["in", duration(due - since)],
					["retransmissions", retrans],
				]))),
		}, svg("rect", {x: LANES.left + x1, y, width, height: 5,
				rx: 2}));
	});
}

/* As many labels as fit; the breaks say how much is not to scale. */
function drawAxis(scale, width, height)
{
	let free = -Infinity;
	let cut = -Infinity;

	return svg("g", {class: "axis"},
		   scale.moments.map((t, i) => {
			   const x = scale.places[i];

			   if (x < free || LANES.left + x + 70 > width)
				   return null;
			   free = x + 78;
			   return [svg("line", {x1: LANES.left + x,
						x2: LANES.left + x, y1: 0,
						y2: height - 16}),
				   svg("text", {x: LANES.left + x + 2,
						y: height - 4},
				       moment(t))];
		   }),
		   scale.breaks.map(b => {
			   if (b.at < cut)
				   return null;
			   cut = b.at + 66;
			   return svg("text", {
				   x: LANES.left + b.at, y: 10, class: "cut",
				   "text-anchor": "middle",
			   }, `≈ ${duration(b.dt)}`);
		   }));
}

function drawLanes(scenario, width)
{
	const ends = [
		...scenario.connections.slice(0, LANES.most).flatMap(c => {
			c.ends.forEach(end => end.over = c.end);
			return c.ends;
		}),
		...scenario.listeners.slice(0, 4),
	].filter(end => end.states.length);
	const height = ends.length * LANES.lane + 40;
	const scale = makeScale(laneMoments(scenario, ends),
				width - LANES.left - LANES.right);
	const picture = svg("svg", {
		class: "lanes", role: "group", "aria-label": "states over time",
		viewBox: `0 0 ${width} ${height}`, width, height,
	},
		drawAxis(scale, width, height),
		ends.map((end, i) => {
			const y = 18 + i * LANES.lane;

			return svg("g", {},
				svg("text", {x: 4, y: y + 13, class: "name"},
				    end.name ? `${end.host}.${end.name}`
					     : end.host || "outside"),
				svg("text", {x: 4, y: y + 25, class: "address"},
				    end.local),
				end.states.map(s => drawLaneState(
					scenario, end, s, scale, y)),
				drawTimers(end, scale, scenario, y + 20));
		}));

	walkable(picture);
	return picture;
}
