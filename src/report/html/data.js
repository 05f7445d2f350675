/*
 * data.js - the run, and each scenario once it is opened
 */
const WHATS = ["state", "sent", "arrived", "lost", "call", "fault", "wire",
	       "proc", "step"];
const FATES = ["under way", "arrived", "lost"];

/* So many scenarios are kept in memory once they were parsed. */
const KEPT = 12;

const lab = {run: null, opened: new Map()};

function text(id)
{
	return document.getElementById(id).textContent;
}

function loadRun()
{
	lab.run = JSON.parse(text("run"));
	lab.run.results.forEach((result, i) => {
		result.index = i;
		result.tags = result.tags || [];
		result.words = [result.name, result.title, result.label,
				...result.tags].join(" ").toLowerCase();
	});
}

function asObjects(table)
{
	return table.rows.map(row => {
		const object = {};

		table.keys.forEach((key, i) => object[key] = row[i]);
		return object;
	});
}

/* HISTORY_STATE's index: end * 65536 + number, timeline/history.h */
function asItem(row, scenario)
{
	const [t, what, connection, end, index, n] = row;
	const item = {t, what: WHATS[what], connection, end, index, n};

	if (item.what === "state" && connection >= 0) {
		const side = Math.floor(index / 65536);

		item.end = side;
		item.owner = scenario.connections[connection].ends[side];
		item.state = item.owner.states[index % 65536];
	}
	if (["sent", "arrived", "lost"].includes(item.what))
		item.segment = scenario.segments[index];
	return item;
}

function prepare(scenario)
{
	scenario.segments = asObjects(scenario.segments);
	scenario.segments.forEach((segment, i) => segment.row = i);
	scenario.items = scenario.items.map(row => asItem(row, scenario));
	scenario.connections.forEach((connection, i) => {
		connection.index = i;
		for (const row of connection.segments)
			scenario.segments[row].connection = i;
	});
	scenario.findings.forEach((finding, i) => finding.index = i);
	scenario.byNumber = new Map();
	for (const segment of scenario.segments) {
		scenario.byNumber.set(segment.n, segment);
		if (segment.arrivedN)
			scenario.byNumber.set(segment.arrivedN, segment);
	}
	return scenario;
}

/* The scenario with that place in the run; parsed when first asked for. */
function openScenario(index)
{
	let scenario = lab.opened.get(index);

	if (!scenario)
		scenario = prepare(JSON.parse(text(`s${index}`)));
	lab.opened.delete(index);
	lab.opened.set(index, scenario);
	if (lab.opened.size > KEPT)
		lab.opened.delete(lab.opened.keys().next().value);
	return scenario;
}

/* What an end is called: "client.c", or its address. */
function endName(end)
{
	return end.name ? `${end.host}.${end.name}`
			: `${end.host || "outside"} ${end.local}`;
}
