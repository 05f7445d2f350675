/*
 * diagram.js - the state diagram of RFC 9293, figure 5, and what was taken
 */
const NODES = {
	"CLOSED": [350, 24],
	"LISTEN": [350, 118],
	"SYN_RECV": [120, 200],
	"SYN_SENT": [580, 200],
	"ESTABLISHED": [350, 275],
	"FIN_WAIT1": [200, 355],
	"CLOSE_WAIT": [560, 355],
	"FIN_WAIT2": [66, 450],
	"CLOSING": [334, 450],
	"LAST_ACK": [560, 450],
	"TIME_WAIT": [200, 545],
	"CLOSED'": [560, 545],
};

/* Number in judge/moves.h, from, to, what makes it so; how far the edge is bent, and its label moved. */
const EDGES = [
	["2", "CLOSED", "SYN_SENT", "connect / SYN", 0, -4],
	["1", "CLOSED", "LISTEN", "passive open", 20, -46],
	["5", "LISTEN", "CLOSED", "close", 20, 34],
	["8", "SYN_SENT", "CLOSED", "close, RST", 40, 26],
	["3", "LISTEN", "SYN_RECV", "rcv SYN / SYN,ACK", 18, -30],
	["4", "LISTEN", "SYN_SENT", "send / SYN", 0, 0],
	["11", "SYN_RECV", "LISTEN", "rcv RST", 18, 20],
	["6", "SYN_SENT", "SYN_RECV", "rcv SYN / SYN,ACK", 0, 0],
	["9", "SYN_RECV", "ESTABLISHED", "rcv ACK of SYN", 0, 0],
	["7", "SYN_SENT", "ESTABLISHED", "rcv SYN,ACK / ACK", 0, 0],
	["10", "SYN_RECV", "FIN_WAIT1", "close / FIN", 20, -16],
	["12", "ESTABLISHED", "FIN_WAIT1", "close / FIN", 0, 0],
	["13", "ESTABLISHED", "CLOSE_WAIT", "rcv FIN / ACK", 0, 0],
	["14", "FIN_WAIT1", "FIN_WAIT2", "rcv ACK of FIN", 0, -12],
	["15", "FIN_WAIT1", "CLOSING", "rcv FIN / ACK", 0, 12],
	["16", "FIN_WAIT1", "TIME_WAIT", "rcv FIN,ACK / ACK", 0, 0],
	["17", "CLOSE_WAIT", "LAST_ACK", "close / FIN", 0, 0],
	["18", "FIN_WAIT2", "TIME_WAIT", "rcv FIN / ACK", 0, -12],
	["19", "CLOSING", "TIME_WAIT", "rcv ACK of FIN", 0, 12],
	["20", "LAST_ACK", "CLOSED'", "rcv ACK of FIN", 0, 0],
	["21", "TIME_WAIT", "CLOSED'", "timeout", 0, 0],
];
const NODE = {w: 104, h: 30};

/* Why Linux does not do so, if it does not. */
function refusal(id)
{
	return (lab.run.moves.find(m => m.id === id) || {}).refused;
}

/* Where a line to (dx, dy) leaves the box around a node. */
function rim([x, y], dx, dy)
{
	const k = Math.min(dx ? (NODE.w / 2 + 3) / Math.abs(dx) : Infinity,
			   dy ? (NODE.h / 2 + 3) / Math.abs(dy) : Infinity);

	return [x + dx * k, y + dy * k];
}

function drawEdge([id, from, to, label, bend, aside], count, onpick)
{
	const a = NODES[from];
	const b = NODES[to];
	const dx = b[0] - a[0];
	const dy = b[1] - a[1];
	const length = Math.hypot(dx, dy);
	const mid = [(a[0] + b[0]) / 2 - dy / length * bend * 1.6,
		     (a[1] + b[1]) / 2 + dx / length * bend * 1.6];
	const start = rim(a, mid[0] - a[0], mid[1] - a[1]);
	const end = rim(b, mid[0] - b[0], mid[1] - b[1]);
	const angle = Math.atan2(end[1] - mid[1], end[0] - mid[0]) * 180 /
		      Math.PI;
	const text = count ? `${label} ×${count}` : label;
	const x = (start[0] + 2 * mid[0] + end[0]) / 4 + aside;
	const y = (start[1] + 2 * mid[1] + end[1]) / 4;
	const width = text.length * 6.35 + 4;

	return svg("g", {
		class: count ? "edge taken" : refusal(id) ? "edge refused" : "edge",
		"data-move": id,
		...count && onpick ? {tabindex: "0", role: "button",
				      ...press(() => onpick(id))} : {},
	},
		   svg("title", {}, `${from} → ${to.replace("'", "")}: ` +
				    `${label}: ${count ? `${count} times`
						       : refusal(id) ||
							 "never taken"}`),
		   svg("path", {d: `M${start}Q${mid} ${end}`}),
		   head(end[0], end[1], angle),
		   svg("rect", {x: x - width / 2, y: y - 7, width, height: 13,
				class: "paper"}),
		   svg("text", {x, y: y + 3, "text-anchor": "middle"}, text));
}

/* @counts: by number, how often each was taken */
function drawDiagram(counts, onpick)
{
	const taken = EDGES.filter(([id]) => counts[id]);
	const able = EDGES.filter(([id]) => !refusal(id));
	const seen = new Set(taken.flatMap(([, from, to]) => [
		from, to.replace("'", "")]));

	return el("figure", {class: "diagram"},
		svg("svg", {viewBox: "0 0 700 572", role: "group",
			    "aria-label": "state diagram, RFC 9293 figure 5"},
		    EDGES.map(e => drawEdge(e, counts[e[0]] || 0, onpick)),
		    Object.entries(NODES).map(([name, [x, y]]) => {
			    const state = name.replace("'", "");

			    return svg("g", {class: seen.has(state)
							    ? `node st-${state} seen`
							    : "node"},
				       svg("rect", {x: x - NODE.w / 2,
						    y: y - NODE.h / 2,
						    width: NODE.w,
						    height: NODE.h, rx: 6}),
				       svg("text", {x, y: y + 4,
						    "text-anchor": "middle"},
					   state));
		    })),
		el("figcaption", {},
		   `${taken.length} of ${able.length} transitions of RFC 9293 ` +
		   "figure 5 taken; dotted: Linux never does."));
}
