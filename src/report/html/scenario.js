/*
 * scenario.js - one scenario: its pictures, its file, and what ties the two
 */

/* More than a reader follows at once, and than a browser draws in no time. */
const ITEMS_MOST = 900;

/* Whoever cites more than this is hardly read to the end. */
const CITED_MOST = 100;

class ScenarioView {
	constructor(index)
	{
		this.scenario = openScenario(index);
		this.result = lab.run.results[index];
		this.chosen = this.firstChosen();
		this.cut = true;
		this.zoom = 1;
		this.from = 0;
		this.root = el("article", {class: "scenario",
					   "data-name": this.scenario.name});
		this.root.append(...this.parts().flat(Infinity)
					 .filter(Boolean));
	}

	/* All connections, or of many the one that the findings speak of. */
	firstChosen()
	{
		const {connections, findings, byNumber} = this.scenario;

		if (connections.length <= 4)
			return null;
		const bad = findings.filter(f => f.verdict !== "PASS");
		const cited = (bad.length ? bad : findings)
				      .flatMap(f => f.evidence)
				      .map(n => byNumber.get(n))
				      .find(s => s && s.connection !== undefined);

		return new Set([cited ? cited.connection : 0]);
	}

	parts()
	{
		const s = this.scenario;
		const bad = s.findings.filter(f => f.verdict !== "PASS" ||
						   f.line === 0);
		const pick = finding => this.pick(finding);

		this.source = drawSource(s, pick);
		this.box = el("div", {class: "ladder-box", tabindex: "-1"});
		this.pager = el("div", {class: "tools pager"});
		this.cited = el("div", {class: "cited-box", "aria-live": "polite"});
		return [
			this.head(),
			s.error && el("p", {class: "error"}, s.error,
				      s.remedy && el("em", {}, ` ${s.remedy}`)),
			bad.length > 0 && el("section", {class: "findings"},
				el("h3", {}, "Findings"),
				bad.map(f => findingView(f, pick))),
			el("section", {class: "story"},
			   el("div", {class: "left"},
			      el("h3", {}, "What was asked, and what came of it"),
			      this.source),
			   el("div", {class: "right"},
			      el("h3", {}, "Ladder"),
			      s.items.length ? [this.tools(), this.pager, this.cited,
						   this.box]
					     : el("p", {}, "nothing was seen"))),
			this.lanes(),
			this.foldedDiagram(),
			timersView(s), countersView(s), faultsView(s),
			linksView(s), outputView(s), kernelView(s),
			segmentsView(s), gapsView(s), environmentView(s),
		];
	}

	head()
	{
		const s = this.scenario;
		const files = [["capture.pcapng", "capture (Wireshark)"],
			       ["journal.jsonl", "journal"],
			       ["verdict.json", "verdict.json"],
			       ["scenario.yaml", "scenario.yaml"]];

		return el("header", {},
			el("h2", {}, badge(s.verdict), " ", s.name,
			   s.label && el("i", {}, ` ${s.label}`),
			   s.repeats > 1 && el("small", {},
					       ` ${s.repeat} of ${s.repeats}`)),
			el("p", {class: "title"}, s.title),
			el("p", {class: "hypothesis"}, hypothesis(s.yaml)),
			facts([["why", s.why], ["took", duration(s.duration_ns)],
			       ["kernel", s.kernel],
			       ["tags", (s.tags || []).join(", ")],
			       ["files", s.way !== null && files.map(([file, name], i) => [
				       i ? " · " : "",
				       el("a", {href: `${s.way}/${file}`}, name),
			       ])]]));
	}

	tools()
	{
		const {connections} = this.scenario;
		const zoom = by => () => {
			this.zoom = by ? Math.min(3, Math.max(0.4,
							      this.zoom * by))
				       : 1;
			this.size();
		};
		const tool = (name, label, action) => el("button", {
			type: "button", "aria-label": label, title: label,
			onclick: action,
		}, name);
		const cut = el("input", {type: "checkbox", checked: true,
					 onchange: () => {
						 this.cut = cut.checked;
						 this.redraw();
					 }});

		return el("div", {class: "tools"},
			tool("−", "smaller", zoom(1 / 1.25)),
			tool("+", "larger", zoom(1.25)),
			tool("1:1", "as it was", zoom(0)),
			el("label", {}, cut, " cut long silences"),
			connections.length > 1 && this.chooser(),
			connections.length > LANES_MOST && el(
				"span", {class: "hint"},
				`states of ${LANES_MOST} connections at most ` +
				"are drawn at once"));
	}

	chooser()
	{
		const {connections} = this.scenario;
		const select = el("select", {
			"aria-label": "connection",
			onchange: () => {
				this.from = 0;
				this.chosen = select.value === "all"
						      ? null
						      : new Set([+select.value]);
				this.redraw();
			},
		},
			el("option", {value: "all"},
			   `all ${connections.length} connections`),
			connections.map((c, i) => el("option", {
				value: i,
				selected: this.chosen && this.chosen.has(i),
			}, `${i + 1}: ${endName(c.ends[0])} – ` +
			   endName(c.ends[1]))));

		return select;
	}

	lanes()
	{
		const {connections, listeners} = this.scenario;

		if (!connections.length && !listeners.length)
			return null;
		this.lanesBox = el("div", {class: "lanes-box"});
		return el("section", {}, el("h3", {}, "States and timers"),
			  this.lanesBox,
			  el("p", {class: "hint"},
			     "Each tenfold of time takes the same room more. " +
			     "Pale: implied, not seen. " +
			     sourcesText(this.scenario) +
			     (connections.length > LANES.most
				      ? ` Drawn: the first ${LANES.most} of ` +
					`${connections.length} connections.`
				      : "")));
	}

	foldedDiagram()
	{
		const box = fold("State diagram", false);

		box.addEventListener("toggle", () => {
			if (box.open && box.children.length === 1)
				box.append(drawDiagram(this.result.moves));
		});
		return box;
	}

	/* Once it is in the page, and its width is known. */
	shown()
	{
		if (this.scenario.items.length)
			this.redraw();
		if (this.lanesBox)
			this.lanesBox.replaceChildren(drawLanes(
				this.scenario,
				Math.max(700, this.lanesBox.clientWidth)));
	}

	redraw()
	{
		this.picture = drawLadder(this.scenario, {
			chosen: this.chosen, cut: this.cut, from: this.from,
			most: ITEMS_MOST, width: this.box.clientWidth - 2,
			onstep: line => this.showLine(line),
		});
		this.names = drawHead(this.picture.layout);
		this.box.replaceChildren(this.names, this.picture);
		this.pager.replaceChildren(...this.pages().filter(Boolean));
		this.size();
		if (this.picked)
			this.light(this.picked);
	}

	/* Of a long ladder a part is drawn; this leads to the others. */
	pages()
	{
		const {before, after, all, items} = this.picture.layout;
		const turn = (name, by, some) => el("button", {
			type: "button", disabled: !some, "data-turn": by,
			onclick: () => {
				this.from = Math.max(0, before + by * ITEMS_MOST);
				this.redraw();
				this.box.scrollTop = 0;
				this.pager.querySelector(
					":enabled").focus();
			},
		}, name);

		if (!before && !after)
			return [];
		return [
			turn("◂ earlier", -1, before), turn("later ▸", 1, after),
			el("span", {}, `${before + 1} to ` +
				       `${before + items.length} of ${all} ` +
				       "things that happened are drawn"),
		];
	}

	size()
	{
		const {width} = this.picture.layout;
		/* what does not fit is scrolled to: tiny letters help nobody */
		const fit = Math.max(0.85, Math.min(
			1, (this.box.clientWidth - 2) / width));

		for (const part of [this.names, this.picture]) {
			part.style.width = `${width * fit * this.zoom}px`;
			part.style.height = "auto";
		}
	}

	showLine(line)
	{
		const row = this.source.querySelector(`[data-line="${line}"]`);

		if (!row)
			return;
		row.scrollIntoView({block: "center",
				    behavior: calm() ? "auto" : "smooth"});
		row.focus();
	}

	/* Show what a finding rests on; the same one again: show all. */
	pick(finding)
	{
		if (this.picked === finding)
			return this.clear();
		this.clear();
		this.picked = finding;
		for (const b of this.root.querySelectorAll(
			     `[data-finding="${finding.index}"]`))
			b.setAttribute("aria-pressed", "true");
		if (!this.picture)
			return undefined;
		this.choose(finding);
		this.light(finding);
		return undefined;
	}

	/* The evidence may be of a connection, or of a time, not drawn so far */
	choose(finding)
	{
		const {byNumber} = this.scenario;
		const [first] = finding.evidence;
		const missing = finding.evidence.map(n => byNumber.get(n)).find(
			s => s && s.connection !== undefined && this.chosen &&
			     !this.chosen.has(s.connection));
		const {before, after} = this.picture.layout;

		if (missing)
			this.chosen.add(missing.connection);
		if (first !== undefined && (before || after || missing)) {
			const at = placeOf(this.scenario, this.chosen, first);

			if (at < before || at >= before + ITEMS_MOST)
				this.from = Math.max(0, at - ITEMS_MOST / 2);
		}
		if (missing || this.from !== before)
			this.redraw();
	}

	light(finding)
	{
		const wanted = new Set(finding.evidence.map(String));
		let first = null;

		for (const n of this.root.querySelectorAll(
			     "svg [data-n]")) {
			const hit = n.getAttribute("data-n").split(" ")
					    .some(x => wanted.has(x));

			n.classList.toggle("lit", hit);
			if (hit && n.closest(".ladder"))
				first = first || n;
		}
		this.picture.classList.add("dimmed");
		first = this.mark(finding) || first;
		this.cite(finding);
		if (first)
			this.reveal(first);
	}

	/* What has no place on the ladder gets one: a dump that shows nothing
	 * new, a counter. */
	mark(finding)
	{
		const {layout} = this.picture;
		let last = -Infinity;
		let first = null;

		for (const n of finding.evidence) {
			const event = this.scenario.events[n];

			if (!event || !layout.xs.has(event.host) ||
			    this.picture.querySelector(`[data-n~="${n}"]`))
				continue;
			const x = layout.xs.get(event.host);
			const y = Math.max(layout.at(event.t || 0), last + 15);
			const marker = svg("g", {
				class: "marker lit", "data-n": n,
				...telling(eventText(event),
					   () => eventCard(event)),
			},
				svg("path", {d: `M${x - 7} ${y}l7 -7 7 7 -7 7z`}),
				sideText(layout, event.host, y,
					 eventText(event), {}));

			last = y;
			this.picture.append(marker);
			first = first || marker;
		}
		return first;
	}

	cite(finding)
	{
		const line = n => {
			const segment = this.scenario.byNumber.get(n);
			const event = this.scenario.events[n];

			return el("li", {},
				  el("b", {}, `#${n} `),
				  segment
					  ? `${n === segment.n ? segment.fromHost
							       : segment.toHost}: ` +
					    `${n === segment.n ? "sent"
							       : "arrived"} ` +
					    segmentText(segment)
					  : event ? `${event.host
							       ? `${event.host}: `
							       : ""}` +
						    eventText(event)
						  : "in the journal");
		};

		this.cited.replaceChildren(el("div", {class: "cited"},
			el("button", {type: "button", "aria-label": "show all",
				      onclick: () => this.clear()}, "×"),
			badge(finding.verdict), " ", finding.expected,
			el("ul", {}, finding.evidence.slice(0, CITED_MOST)
					     .map(line)),
			finding.evidence.length > CITED_MOST && el("p", {},
				`and ${finding.evidence.length - CITED_MOST} more`)));
	}

	/* To the middle of what is in sight of the ladder's own box; the page
	 * stays where the reader is, unless nothing of the box is there. */
	reveal(element)
	{
		const main = document.getElementById("main")
				     .getBoundingClientRect();
		const behavior = calm() ? "auto" : "smooth";
		let box = this.box.getBoundingClientRect();
		let top = Math.max(box.top, main.top, 0);
		let bottom = Math.min(box.bottom, main.bottom, innerHeight);

		if (bottom - top < 120) {
			this.box.scrollIntoView({block: "center"});
			box = this.box.getBoundingClientRect();
			top = Math.max(box.top, 0);
			bottom = Math.min(box.bottom, innerHeight);
		}
		const at = element.getBoundingClientRect();

		this.box.scrollBy({
			top: at.top + Math.min(at.height, bottom - top) / 2 -
			     (top + bottom) / 2,
			behavior,
		});
	}

	/* Is there something to let go of? */
	clear()
	{
		const had = Boolean(this.picked);

		this.picked = null;
		this.cited.replaceChildren();
		for (const b of this.root.querySelectorAll("[aria-pressed=true]"))
			b.setAttribute("aria-pressed", "false");
		for (const n of this.root.querySelectorAll(".marker"))
			n.remove();
		for (const n of this.root.querySelectorAll(".lit"))
			n.classList.remove("lit");
		if (this.picture)
			this.picture.classList.remove("dimmed");
		return had;
	}
}
