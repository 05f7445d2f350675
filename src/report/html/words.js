/*
 * words.js - times, verdicts and events in words
 */
const VERDICTS = ["PASS", "INCONCLUSIVE", "FAIL", "ERROR"];
const VERDICT_MARKS = {PASS: "✓", INCONCLUSIVE: "?", FAIL: "✗", ERROR: "!"};

/* Three digits, as the terminal's reports have it: "60.2 s", "1.25 ms". */
function duration(ns)
{
	const units = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
	const size = Math.abs(ns);

	if (size >= 3600e9)
		return `${(ns / 3600e9).toPrecision(3)} h`;
	for (const [unit, name] of units) {
		if (size < unit)
			continue;
		const n = ns / unit;
		return `${n >= 100 ? Math.round(n) : +n.toPrecision(3)} ${name}`;
	}
	return "0 s";
}

/* A moment: since the lab began. */
function moment(ns)
{
	const s = ns / 1e9;

	return s >= 100 ? `${s.toFixed(2)} s` : s >= 1 ? `${s.toFixed(4)} s`
						      : `${(ns / 1e6).toFixed(3)} ms`;
}

function plural(n, one, many)
{
	return `${n} ${n === 1 ? one : many || one + "s"}`;
}

function badge(verdict)
{
	return el("span", {class: `badge v-${verdict}`},
		  el("span", {"aria-hidden": "true"}, VERDICT_MARKS[verdict]),
		  " ", verdict);
}

/* "close(s)", "bind(L, 0.0.0.0:7788) EADDRINUSE"; where there is not so much
 * room arguments give way: what came of it matters more */
function callText(event, most = Infinity)
{
	const result = event.error ? ` ${event.error}`
				   : event.result > 0 ? ` = ${event.result}` : "";
	const args = event.args || "";
	const left = Math.max(1, most - event.call.length - result.length - 2);

	return `${event.call}(${args.length > left
					? args.slice(0, left - 1) + "…"
					: args})${result}`;
}

function sockText(event)
{
	const timer = event.timer && event.timer !== "off"
			      ? `, timer ${event.timer}` : "";
	const change = event.change || "new";

	return `dump: ${event.local}${event.remote ? ` to ${event.remote}` : ""} ` +
	       (change === "gone" ? `gone (was ${event.state || "CLOSED"})`
				  : `${event.state || "CLOSED"}${timer}`);
}

function procText(event)
{
	const what = event.kind.slice("proc.".length);
	const name = event.program;

	if (what === "start")
		return `${name} starts: ${event.argv || ""}`;
	if (what === "output")
		return `${name}: ${(event.text || "").trim()}`;
	if (what === "exit")
		return event.signal ? `${name} killed by ${event.signal}`
				    : `${name} exits ${event.status || 0}`;
	if (what === "signal")
		return `${event.signal} to ${name}`;
	return `${name} ${what}${event.why ? `: ${event.why}` : ""}`;
}

function faultText(event)
{
	const what = `${event.flags || "none"}` +
		     (event.roles ? ` (${event.roles})` : "");

	return event.kind === "inject"
		       ? `inject ${what}`
		       : `fault ${event.fault || ""}: ${event.action} ${what}`;
}

function wireText(event)
{
	return `${event.action} ` +
	       (event.to ? `${event.host} > ${event.to}` : "") +
	       (event.what ? ` ${event.what}` : "");
}

const EVENT_TEXTS = {
	"call": callText,
	"sock": sockText,
	"fault": faultText,
	"inject": faultText,
	"wire": wireText,
	"op.begin": e => `${e.verb}${e.socket ? ` ${e.socket}` : ""} begins`,
	"op.end": e => `${e.verb}${e.socket ? ` ${e.socket}` : ""} ` +
		       (e.error ? `fails: ${e.error}` : "is done"),
	"snap": e => `all sockets read: ${plural(e.sockets || 0, "socket")}`,
	"counters": e => `all counters read: ${e.changed || 0} moved`,
	"counter": e => `${e.name} ${e.delta > 0 ? "+" : ""}${e.delta}, ` +
			`now ${e.value || 0}`,
	"state": e => `kernel: ${e.was || "CLOSED"} → ${e.state || "CLOSED"}, ` +
		      `${e.local}`,
	"trace": e => `kernel: ${e.name} ${e.local || ""}` +
		      (e.reason ? `, ${e.reason}` : ""),
	"gap": e => `not seen: ${e.source}, ` +
		    `${duration((e.to_ns || 0) - (e.from_ns || 0))}: ${e.why || ""}`,
	"error": e => `error: ${e.text}`,
	"step.begin": e => `step begins: ${e.text}`,
	"step.end": e => `step ends: ${e.why || (e.done ? "done" : "not done")}`,
	"sysctl": e => `${e.name} = ${e.value}`,
	"host": e => `host is up: ${e.addresses || ""}`,
	"begin": e => `begin: ${e.scenario}, ${e.kernel || ""}`,
	"end": e => e.complete ? "end" : `end: ${e.why || "not complete"}`,
};

function eventText(event, most)
{
	const text = EVENT_TEXTS[event.kind] ||
		     (event.kind.startsWith("proc.") ? procText : null);

	return text ? text(event, most) : event.kind;
}

function segmentText(segment)
{
	const parts = [segment.flags];

	if (segment.flags.includes("SYN") || segment.len || segment.relSeq)
		parts.push(`seq=${segment.relSeq}`);
	if (segment.flags.includes("ACK"))
		parts.push(`ack=${segment.relAck}`);
	if (segment.len)
		parts.push(`len=${segment.len}`);
	return parts.join(" ") + (segment.again ? " ↻" : "");
}
