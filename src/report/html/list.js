/*
 * list.js - all scenarios, of which only those in sight are elements
 */
const ROW = 46;

class List {
	constructor(onopen)
	{
		this.onopen = onopen;
		this.rows = [];
		this.active = -1;
		this.inner = el("div", {class: "rows"});
		this.root = el("div", {
			class: "list", role: "listbox", tabindex: "0",
			"aria-label": "scenarios",
			onscroll: () => this.draw(),
			onkeydown: event => this.key(event),
		}, this.inner);
		new ResizeObserver(() => this.draw()).observe(this.root);
	}

	show(rows, current)
	{
		this.rows = rows;
		this.active = rows.findIndex(r => r.index === current);
		this.inner.style.height = `${rows.length * ROW}px`;
		this.root.scrollTop = Math.min(this.root.scrollTop,
					       rows.length * ROW);
		this.reveal();
		this.draw();
	}

	draw()
	{
		const top = this.root.scrollTop;
		const from = Math.max(0, Math.floor(top / ROW) - 6);
		const to = Math.min(this.rows.length,
				    Math.ceil((top + this.root.clientHeight) /
					      ROW) + 6);

		this.inner.replaceChildren(
			...this.rows.slice(from, to).map(
				(r, i) => this.row(r, from + i)));
		if (this.active >= from && this.active < to)
			this.root.setAttribute("aria-activedescendant",
					       `row${this.active}`);
		else
			this.root.removeAttribute("aria-activedescendant");
	}

	row(result, place)
	{
		return el("a", {
			id: `row${place}`, class: "row", role: "option",
			href: `#${result.index}`, tabindex: "-1",
			style: `top:${place * ROW}px`,
			"aria-selected": String(place === this.active),
			"aria-setsize": this.rows.length,
			"aria-posinset": place + 1,
		},
			el("span", {class: `dot v-${result.verdict}`,
				    title: result.verdict},
			   VERDICT_MARKS[result.verdict]),
			el("span", {class: "what"},
			   el("b", {}, result.name,
			      result.repeats > 1 && ` ${result.repeat}`),
			   el("span", {}, result.label && el(
				"i", {}, `${result.label} `),
			      result.title || "")),
			el("span", {class: "time"},
			   duration(result.duration_ns)));
	}

	reveal()
	{
		const at = this.active * ROW;

		if (this.active < 0)
			return;
		if (at < this.root.scrollTop)
			this.root.scrollTop = at;
		if (at + ROW > this.root.scrollTop + this.root.clientHeight)
			this.root.scrollTop = at + ROW - this.root.clientHeight;
	}

	key(event)
	{
		const page = Math.floor(this.root.clientHeight / ROW);
		const last = this.rows.length - 1;
		const moves = {
			ArrowDown: this.active + 1,
			ArrowUp: this.active - 1,
			PageDown: this.active + page,
			PageUp: this.active - page,
			Home: 0,
			End: last,
		};

		if (event.key === "Enter" && this.active >= 0) {
			document.getElementById("main").focus();
			return;
		}
		if (!(event.key in moves) || last < 0)
			return;
		event.preventDefault();
		this.active = Math.min(last, Math.max(0, moves[event.key]));
		this.reveal();
		this.draw();
		this.onopen(this.rows[this.active].index);
	}
}
