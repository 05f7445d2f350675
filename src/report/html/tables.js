/*
 * tables.js - counters, links, faults and the environment of a scenario
 */
function table(heads, rows, attributes)
{
	return el("table", attributes || {},
		  el("thead", {}, el("tr", {}, heads.map(
			  h => el("th", {scope: "col"}, h)))),
		  el("tbody", {}, rows.map(row => el("tr", {}, row.map(
			  cell => el("td", typeof cell === "number"
						   ? {class: "n"} : {},
				     cell instanceof Node ? cell
					     : cell === null ? ""
							     : String(cell)))))));
}

function fold(title, open, ...content)
{
	return el("details", {open}, el("summary", {}, title), content);
}

function countersView(scenario)
{
	const hosts = [...new Set(scenario.counters.map(([host]) => host))];
	const ours = name => /^Tcp/.test(name) ? 0 : 1;
	const names = [...new Set(scenario.counters.map(([, name]) => name))]
			      .sort((a, b) => ours(a) - ours(b) ||
					      (a < b ? -1 : 1));
	const values = new Map(scenario.counters.map(
		([host, name, delta]) => [`${host} ${name}`, delta]));

	if (!names.length)
		return null;
	return fold(`Counters that moved (${names.length})`, false,
		    table(["counter", ...hosts],
			  names.map(name => [
				  name,
				  ...hosts.map(host =>
					  values.get(`${host} ${name}`) ?? ""),
			  ]), {class: "counters"}));
}

function linksView(scenario)
{
	const keys = ["came", "gone", "lost", "overflow", "missed", "corrupt",
		      "cut", "forgotten", "faulted", "held", "under_way"];
	const shown = keys.filter(
		key => scenario.links.some(link => link[key]));

	if (!scenario.links.length)
		return null;
	return fold("Links", false,
		    table(["from", "to", "carried by", "rules",
			   ...shown.map(k => k.replace("_", " "))],
			  scenario.links.map(link => [
				  link.from, link.to, link.backend,
				  link.rules || "as they come",
				  ...shown.map(key => link[key]),
			  ])));
}

function faultsView(scenario)
{
	if (!scenario.faults.length)
		return null;
	return fold("Faults", true,
		    table(["line", "fault", "times", "acted"],
			  scenario.faults.map(f => [
				  f.line, f.text, f.times || "any", f.acted,
			  ])));
}

function timersView(scenario)
{
	const rows = scenario.connections.flatMap(c => c.ends.flatMap(
		end => (end.timers || []).filter(([, what]) => what !== "off")
			       .map(([since, what, due, retrans]) => [
				       endName(end), moment(since), what,
				       duration(due - since), moment(due),
				       retrans])));

	if (!rows.length)
		return null;
	return fold(`Timers (${rows.length})`, false,
		    table(["end", "seen at", "timer", "goes off in", "that is at",
			   "retransmissions"], rows));
}

function environmentView(scenario)
{
	const begin = Object.values(scenario.events)
			      .find(e => e.kind === "begin") || {};

	return fold("Environment", false,
		facts([
			["kernel", scenario.kernel],
			["time", begin.virtual ? "virtual" : "real"],
			["transitions", scenario.untraced &&
				`sampled, not traced: ${scenario.untraced}`],
			["seed", begin.seed === undefined ? null
							  : String(begin.seed)],
			["file", scenario.file],
			["hosts", scenario.hosts.map(([name, addresses]) =>
				el("div", {}, `${name}: ${addresses || ""}`))],
			["sysctls set", scenario.sysctls.length
				? scenario.sysctls.map(([host, name, value]) =>
					el("div", {}, `${host}: ${name} = ${value}`))
				: "none"],
		]),
		scenario.topology && el("pre", {}, scenario.topology));
}

function gapsView(scenario)
{
	const events = Object.values(scenario.events).filter(
		e => e.kind === "gap" || e.kind === "error");

	if (!events.length)
		return null;
	return fold(`Not seen, or refused (${events.length})`, true,
		    table(["at", "host", "what"], events.map(e => [
			    moment(e.t), e.host || "", eventText(e)])));
}

/* What programs wrote; the journal has all of it. */
function outputView(scenario)
{
	const events = Object.values(scenario.events).filter(
		e => e.kind === "proc.output");

	if (!events.length)
		return null;
	return fold(`What programs wrote (${events.length})`, false,
		    table(["at", "program", "stream", "text"],
			  events.map(e => [
				  moment(e.t),
				  `${e.host ? `${e.host}.` : ""}${e.program || ""}`,
				  e.stream || "",
				  el("pre", {}, e.text || ""),
			  ]), {class: "outputs"}));
}

/* Resets, retransmissions and drops, as the kernel's tracer has them. */
function kernelView(scenario)
{
	const events = Object.values(scenario.events).filter(
		e => e.kind === "trace");
	const most = 300;

	if (!events.length)
		return null;
	return fold(`What the kernel told (${events.length})`, false,
		    table(["at", "host", "tracepoint", "local", "remote",
			   "reason"],
			  events.slice(0, most).map(e => [
				  moment(e.t), e.host || "", e.name,
				  e.local || "", e.remote || "",
				  e.reason || "",
			  ])));
}

/* "states shown by trace 5, dump 3": without the tracer it says so. */
function sourcesText(scenario)
{
	const ends = [...scenario.connections.flatMap(c => c.ends),
		      ...scenario.listeners];
	const counts = new Map();

	for (const state of ends.flatMap(end => end.states))
		counts.set(state.source, (counts.get(state.source) || 0) + 1);
	return "States are known by " +
	       [...counts].map(([source, n]) => `${source} (${n})`).join(", ") +
	       (counts.has("trace") ? "." : "; the kernel's tracepoint told of " +
					    "none.");
}

/* All that is drawn, in words too: for search, and for a screen reader. */
function segmentsView(scenario)
{
	const most = 400;
	const rows = scenario.segments.slice(0, most);

	if (!rows.length)
		return null;
	const view = fold(`Segments (${scenario.segments.length})`, false);

	view.addEventListener("toggle", () => {
		if (view.open && view.children.length === 1)
			view.append(table(
				["sent", "from", "to", "segment", "role",
				 "window", "options", "fate"],
				rows.map(s => [
					moment(s.t), `${s.fromHost || ""} ${s.from}`,
					`${s.toHost || ""} ${s.to}`,
					segmentText(s), s.roles, s.window,
					s.options || "",
					s.fate === 1 && !s.forged
						? duration(s.arrived - s.t)
						: FATES[s.fate],
				])));
	});
	return view;
}
