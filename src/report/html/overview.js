/*
 * overview.js - the run as a whole: what it came to, and ways into it
 */
const filter = {verdicts: new Set(), tag: "", words: "", order: "run"};

function filtered()
{
	const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
	const rows = lab.run.results.filter(
		r => (!filter.verdicts.size || filter.verdicts.has(r.verdict)) &&
		     (!filter.tag || r.tags.includes(filter.tag)) &&
		     words.every(word => r.words.includes(word)));

	if (filter.order === "time")
		rows.sort((a, b) => b.duration_ns - a.duration_ns);
	if (filter.order === "verdict")
		rows.sort((a, b) => VERDICTS.indexOf(b.verdict) -
				    VERDICTS.indexOf(a.verdict) ||
				    a.index - b.index);
	return rows;
}

function verdictChips(onchange)
{
	return VERDICTS.map(verdict => {
		const n = lab.run.counts[verdict];
		const chip = el("button", {
			type: "button", class: `chip v-${verdict}`,
			"data-verdict": verdict, disabled: !n,
			"aria-pressed": "false",
			onclick: () => {
				const on = !filter.verdicts.delete(verdict);

				if (on)
					filter.verdicts.add(verdict);
				chip.setAttribute("aria-pressed", String(on));
				onchange();
			},
		}, el("span", {"aria-hidden": "true"}, VERDICT_MARKS[verdict]),
		   ` ${n} `, el("span", {class: "name"}, verdict));

		return chip;
	});
}

function filterView(onchange)
{
	const tags = [...new Set(lab.run.results.flatMap(r => r.tags))].sort();
	const search = el("input", {
		type: "search", id: "search", placeholder: "search (press /)",
		"aria-label": "search scenarios",
		oninput: () => {
			filter.words = search.value;
			onchange();
		},
	});
	const choice = (key, label, options) => {
		const select = el("select", {
			"aria-label": label, id: key,
			onchange: () => {
				filter[key] = select.value;
				onchange();
			},
		}, options.map(([value, name]) => el("option", {value}, name)));

		return select;
	};

	return el("div", {class: "filters"}, search,
		el("div", {},
		   choice("tag", "tag", [["", "all tags"],
					 ...tags.map(t => [t, t])]),
		   choice("order", "order", [["run", "as run"],
					     ["verdict", "worst first"],
					     ["time", "longest first"]])));
}

function topView(onchange)
{
	const {run} = lab;

	return [
		el("a", {class: "brand", href: "#"}, "tcplab"),
		el("div", {class: "chips", role: "group",
			   "aria-label": "filter by verdict"},
		   verdictChips(onchange)),
		el("p", {}, [
			plural(run.results.length, "scenario"),
			`in ${duration(run.duration_ns)}`,
			run.simulated_ns
				? `(${duration(run.simulated_ns)} simulated)`
				: "",
			run.kernel ? `on ${run.kernel}` : "",
		].filter(Boolean).join(" ")),
	];
}

/* How long each took, longest first; bars to scale. */
function durationsView()
{
	const rows = [...lab.run.results]
			     .sort((a, b) => b.duration_ns - a.duration_ns)
			     .slice(0, 12);
	const most = rows.length ? rows[0].duration_ns || 1 : 1;

	return el("section", {}, el("h3", {}, "What took longest"),
		el("ol", {class: "durations"}, rows.map(r => el("li", {},
			el("a", {href: `#${r.index}`}, r.name),
			el("span", {class: `meter v-${r.verdict}`,
				    style: `width:${Math.max(
					    0.5, r.duration_ns / most * 100)}%`}),
			el("span", {class: "time"}, duration(r.duration_ns))))));
}

function troubleView()
{
	const rows = lab.run.results.filter(r => r.verdict !== "PASS");
	const most = 50;

	if (!rows.length)
		return null;
	return el("section", {class: "trouble"},
		el("h3", {}, "What did not pass"),
		el("ul", {}, rows.slice(0, most).map(r => el("li", {},
			badge(r.verdict), " ",
			el("a", {href: `#${r.index}`}, r.name), " ",
			r.title || "",
			r.bad > 0 && ` (${r.bad} of ${r.findings} findings)`))),
		rows.length > most && el("p", {}, `and ${rows.length - most} more`));
}

function matrixView()
{
	const {matrix} = lab.run;

	if (!matrix)
		return null;
	const labels = matrix.kernels.map(k => k.label);

	return el("section", {}, el("h3", {}, "Kernels side by side"),
		table(["scenario", ...labels, "differs in"],
		      matrix.rows.map(row => [
			      row.name,
			      ...labels.map(l => row.verdicts[l] || "not run"),
			      row.differences.map(d => d.what || d.kind)
				      .join("; "),
		      ])));
}

function restView()
{
	const {run} = lab;
	const differing = (run.repetitions || []).filter(r => r.others);
	const names = list => [...new Set(list)].join(", ");

	return [
		differing.length > 0 && el("section", {},
			el("h3", {}, "Not the same each time"),
			table(["scenario", "runs", "differ"], differing.map(
				r => [r.name, r.runs, r.others]))),
		run.not_run.length > 0 && el("p", {},
			el("b", {}, "Not run: "), names(run.not_run)),
		run.left_out.length > 0 && el("p", {},
			el("b", {}, "Left out, as time was real: "),
			names(run.left_out)),
	];
}

function overviewView()
{
	const {run} = lab;
	const moves = movesView();

	return el("article", {class: "overview"},
		el("h2", {}, badge(run.verdict), " ", run.folder || "run"),
		facts([
			["tcplab", run.tcplab], ["kernel", run.kernel],
			["machine", run.machine],
			["began", run.started && run.started.startsWith("1970")
					  ? null : run.started],
			["took", duration(run.duration_ns)],
			["simulated", run.simulated_ns
					      ? duration(run.simulated_ns)
					      : null],
			["seed", run.seed], ["labs at once", run.jobs],
			["as", run.root ? "root" : "a user"],
		]),
		el("div", {class: "columns"},
		   el("div", {}, troubleView(), matrixView(), restView(),
		      durationsView()),
		   el("section", {},
		      el("h3", {}, "Transitions that this run has exercised"),
		      moves.diagram)),
		moves.table);
}
