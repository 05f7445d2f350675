/*
 * moves.js - which transitions were taken, how often, and by which scenarios
 */
function totalMoves()
{
	const total = {};

	for (const result of lab.run.results)
		for (const [id, n] of Object.entries(result.moves))
			total[id] = (total[id] || 0) + n;
	return total;
}

function statesText(states)
{
	return states.length > 3 ? "several" : states.join(", ");
}

/* Who took it; of many the first. */
function takersView(id)
{
	const most = 4;
	const names = new Map();

	for (const result of lab.run.results)
		if (result.moves[id] && !names.has(result.name))
			names.set(result.name, result.index);
	const list = [...names].slice(0, most);

	return [
		list.map(([name, index], i) => [
			i ? ", " : "", el("a", {href: `#${index}`}, name)]),
		names.size > most ? ` and ${names.size - most} more` : "",
	];
}

function moveRow(move, count)
{
	return el("tr", {class: count ? "taken" : move.refused ? "refused"
							       : "never",
			 "data-move": move.id, tabindex: "-1"},
		  el("td", {}, move.id),
		  el("td", {}, `${statesText(move.from)} → ` +
			       statesText(move.to)),
		  el("td", {title: move.source}, move.what),
		  el("td", {class: "n"}, count ? `×${count}` : "–"),
		  el("td", {}, count ? takersView(move.id)
				     : move.refused
					       ? `Linux does not: ${move.refused}`
					       : "never taken"));
}

function sumText(moves, total, name)
{
	const able = moves.filter(m => !m.refused);

	return `${able.filter(m => total[m.id]).length} of ${able.length} ` +
	       name;
}

function movesView()
{
	const total = totalMoves();
	const {moves} = lab.run;
	const linux = moves.filter(m => m.id.startsWith("L"));
	const rfc = moves.filter(m => !m.id.startsWith("L"));
	const rows = el("tbody", {}, moves.map(
		m => moveRow(m, total[m.id] || 0)));
	const all = fold(`All transitions: ${sumText(rfc, total, "of RFC 9293")}, ` +
			 sumText(linux, total, "Linux extras"), false,
		el("table", {class: "moves"},
		   el("thead", {}, el("tr", {}, ["", "transition", "by", "taken",
						 "in"].map(
			   h => el("th", {scope: "col"}, h)))),
		   rows));
	const pick = id => {
		const row = rows.querySelector(`[data-move="${id}"]`);

		all.open = true;
		row.scrollIntoView({block: "center"});
		row.focus();
	};

	return {diagram: drawDiagram(total, pick), table: all};
}
