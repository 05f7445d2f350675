/*
 * source.js - the scenario's file, with what came of each line
 */
function worst(findings)
{
	return findings.reduce(
		(v, f) => VERDICTS.indexOf(f.verdict) > VERDICTS.indexOf(v)
				  ? f.verdict : v, "PASS");
}

/* Keys, names and comments apart from values: enough to read by. */
function coloured(line)
{
	const parts = [];
	const token = /(#.*$)|("[^"]*")|([A-Za-z][\w.-]*)(?=\s*:)/g;
	let from = 0;

	for (const match of line.matchAll(token)) {
		const kind = match[1] ? "comment" : match[2] ? "string" : "key";

		/* a "#" begins a comment after a space only */
		if (match[1] && match.index && !/\s/.test(line[match.index - 1]))
			continue;
		parts.push(line.slice(from, match.index),
			   el("span", {class: `y-${kind}`}, match[0]));
		from = match.index + match[0].length;
	}
	return [...parts, line.slice(from)];
}

function findingView(finding, onpick)
{
	return el("button", {
		class: `finding v-${finding.verdict}`, type: "button",
		"data-finding": finding.index, "aria-pressed": "false",
		onclick: () => onpick(finding),
	},
		badge(finding.verdict),
		el("span", {class: "rule"}, finding.rule),
		finding.t_ns >= 0 && el("span", {class: "when"},
					moment(finding.t_ns)),
		el("span", {class: "said"},
		   el("b", {}, "expected "), finding.expected),
		el("span", {class: "said"}, el("b", {}, "saw "), finding.saw),
		el("span", {class: "proof"},
		   finding.evidence.length
			   ? `evidence ${finding.evidence.map(n => `#${n}`)
						 .join(" ")}`
			   : "no evidence"));
}

function sourceLine(line, number, findings, onpick)
{
	const verdict = findings.length ? worst(findings) : null;
	const notes = el("div", {class: "notes", hidden: true},
			 findings.map(f => findingView(f, onpick)));
	const row = el("div", {
		class: `line ${verdict ? `v-${verdict}` : ""}`,
		"data-line": number,
	},
		el("span", {class: "number"}, number),
		el("span", {class: "mark"}, verdict && VERDICT_MARKS[verdict]),
		el("code", {}, line ? coloured(line) : " "));

	if (!findings.length)
		return row;
	const toggle = () => {
		notes.hidden = !notes.hidden;
		row.setAttribute("aria-expanded", String(!notes.hidden));
		if (!notes.hidden)
			onpick(findings.find(f => f.verdict === verdict));
	};

	fill(row, {tabindex: "0", role: "button", "aria-expanded": "false",
		   "aria-label": `line ${number}: ${verdict}: ${line.trim()}`,
		   ...press(toggle)}, []);
	return [row, notes];
}

function drawSource(scenario, onpick)
{
	const lines = (scenario.yaml || "").replace(/\n$/, "").split("\n");
	const byLine = new Map();

	if (scenario.yaml === null)
		return el("p", {}, "the scenario's file could not be read");
	for (const finding of scenario.findings) {
		if (!byLine.has(finding.line))
			byLine.set(finding.line, []);
		byLine.get(finding.line).push(finding);
	}
	return el("div", {class: "source"},
		  lines.map((line, i) => sourceLine(
			  line, i + 1, byLine.get(i + 1) || [], onpick)));
}

/* What the author claims: the comment at the head of the file. */
function hypothesis(yaml)
{
	const lines = [];

	for (const line of (yaml || "").split("\n")) {
		if (!line.startsWith("#"))
			break;
		lines.push(line.replace(/^#\s?/, ""));
	}
	const claim = lines.join(" ").replace(/^Hypothesis:\s*/, "");

	return claim.slice(0, 1).toUpperCase() + claim.slice(1);
}
