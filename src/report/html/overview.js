/*
 * overview.js - the run as a whole: what it came to, and ways into it
 */
/* With more of them a list of tags is none to look at. */
const TAGS_MOST = 40;

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
		el("h1", {}, el("a", {class: "brand", href: "#"}, "tcplab")),
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
			el("a", {href: `#${r.index}`, title: r.name},
			   r.label ? `${r.name} ${r.label}` : r.name),
			el("span", {class: `meter v-${r.verdict}`,
				    style: `width:${Math.max(
					    0.5, r.duration_ns / most * 100)}%`}),
			el("span", {class: "time"}, duration(r.duration_ns))))));
}

/* What each tag came to; a click on it filters the list. */
function tagsView(ontag)
{
	const counts = new Map();

	for (const r of lab.run.results)
		for (const tag of r.tags) {
			if (!counts.has(tag))
				counts.set(tag, {});
			counts.get(tag)[r.verdict] =
				(counts.get(tag)[r.verdict] || 0) + 1;
		}
	if (counts.size < 2 || counts.size > TAGS_MOST)
		return null;
	return el("section", {}, el("h3", {}, "By tag"),
		el("ul", {class: "tags"}, [...counts].sort().map(
			([tag, of]) => el("li", {},
				el("button", {type: "button",
					      onclick: () => ontag(tag)}, tag),
				el("span", {}, VERDICTS.filter(v => of[v]).map(
					v => el("span", {class: `v-${v} sum`},
						`${VERDICT_MARKS[v]} ${of[v]} `)))))));
}

/* The worst first, and of each what is wrong in a line. */
function troubleView()
{
	const worst = r => -VERDICTS.indexOf(r.verdict);
	const rows = lab.run.results.filter(r => r.verdict !== "PASS")
			     .sort((a, b) => worst(a) - worst(b) ||
					     a.index - b.index);
	const most = 50;

	if (!rows.length)
		return null;
	return el("section", {class: "trouble"},
		el("h3", {}, "What did not pass"),
		el("ul", {}, rows.slice(0, most).map(r => el("li", {},
			badge(r.verdict),
			el("div", {},
			   el("a", {href: `#${r.index}`}, r.name),
			   r.label && el("i", {}, ` ${r.label}`),
			   r.bad > 0 && el("small", {}, ` ${r.bad} of ` +
				   plural(r.findings, "finding")),
			   el("p", {}, r.error || r.title || ""))))),
		rows.length > most && el("p", {}, `and ${rows.length - most} more`));
}

/* "host, uml-6.12.117: taken": kernels that are alike stand together. */
function differenceView(d)
{
	const alike = new Map();

	for (const [label, value] of Object.entries(d.values))
		if (value !== null)
			alike.set(value, [...(alike.get(value) || []), label]);
	return el("div", {},
		d.line > 0 && `line ${d.line}: `, d.what || d.kind,
		el("ul", {}, [...alike].map(([value, labels]) => el("li", {},
			el("b", {}, `${labels.join(", ")}: `), value))));
}

function matrixRow(row, labels, places)
{
	const cell = label => {
		const verdict = row.verdicts[label];
		const place = places.get(`${label} ${verdict} ${row.name}`);

		return verdict ? el("a", {href: `#${place}`}, badge(verdict))
			       : "not run";
	};

	return [
		el("tr", {class: row.differences.length ? "differs" : ""},
		   el("th", {scope: "row"}, row.name),
		   labels.map(label => el("td", {}, cell(label)))),
		row.differences.length > 0 && el("tr", {}, el("td", {
			colspan: labels.length + 1, class: "differences",
		}, row.differences.map(differenceView))),
	];
}

/* Scenarios by kernels, those first in which kernels differ; each verdict is
 * the way to that run. */
function matrixView()
{
	const {matrix, results} = lab.run;
	const most = 200;

	if (!matrix)
		return null;
	const labels = matrix.kernels.map(k => k.label);
	const places = new Map([...results].reverse().map(
		r => [`${r.label} ${r.verdict} ${r.name}`, r.index]));
	const rows = [...matrix.rows].sort((a, b) =>
		(b.verdicts_differ - a.verdicts_differ) ||
		(b.differences.length > 0) - (a.differences.length > 0));

	return el("section", {class: "matrix"},
		el("h3", {}, "Kernels side by side"),
		el("div", {class: "wide"}, el("table", {},
			el("thead", {}, el("tr", {},
				el("th", {scope: "col"}, "scenario"),
				matrix.kernels.map(k => el("th", {scope: "col"},
					k.kernel && !k.label.includes(k.kernel)
						? `${k.label} ${k.kernel}`
						: k.label)))),
			el("tbody", {}, rows.slice(0, most).map(
				row => matrixRow(row, labels, places))))),
		rows.length > most && el("p", {}, `and ${rows.length - most} more`));
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

function overviewView(ontag)
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
			["seed", run.seed],
			/* of a past run neither is known */
			["labs at once", run.jobs > 1 ? run.jobs : null],
			["as", run.root ? "root" : null],
		]),
		matrixView(),
		el("div", {class: "columns"},
		   el("div", {}, troubleView(), restView(),
		      durationsView(), tagsView(ontag)),
		   el("section", {},
		      el("h3", {}, "Transitions that this run has exercised"),
		      moves.diagram)),
		moves.table);
}
