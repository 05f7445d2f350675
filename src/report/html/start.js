/*
 * start.js - what is shown, by the page's address and the keys that are hit
 */
const page = {view: null, current: -1, list: null, waiting: 0};

function show(index)
{
	const main = document.getElementById("main");

	hideCard();
	page.current = index;
	page.view = index >= 0 ? new ScenarioView(index) : null;
	main.replaceChildren(page.view ? page.view.root
				       : overviewView(page.filterTag));
	main.scrollTop = 0;
	if (page.view)
		page.view.shown();
	if (page.drawn && scrollY > main.offsetTop)
		main.scrollIntoView();
	document.title = page.view ? `${page.view.scenario.name} – tcplab`
				   : "tcplab report";
}

function route()
{
	const index = Number.parseInt(location.hash.slice(1), 10);
	const known = index >= 0 && index < lab.run.results.length;

	if (known ? index !== page.current : page.current !== -1 || !page.drawn)
		show(known ? index : -1);
	page.drawn = true;
	page.list.show(page.list.rows, page.current);
}

/* Keys repeat faster than a big ladder is drawn: the last one counts. */
function openSoon(index)
{
	clearTimeout(page.waiting);
	page.waiting = setTimeout(() => location.hash = index, 60);
}

function escape()
{
	if (card.of)
		return hideCard();
	if (page.view && page.view.clear())
		return undefined;
	if (document.activeElement.id === "search" &&
	    document.activeElement.value)
		return undefined; /* the browser empties it */
	location.hash = "";
	page.list.root.focus();
	return undefined;
}

function key(event)
{
	const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);

	if (event.key === "Escape")
		escape();
	if (typing || event.ctrlKey || event.metaKey || event.altKey)
		return;
	if (event.key === "/") {
		event.preventDefault();
		document.getElementById("search").focus();
	}
	if (event.key === "j" || event.key === "k")
		page.list.key({key: event.key === "j" ? "ArrowDown" : "ArrowUp",
			       preventDefault: () => {}});
}

function start()
{
	loadRun();
	page.list = new List(openSoon);
	page.filterTag = tag => {
		const select = document.getElementById("tag");

		select.value = filter.tag === tag ? "" : tag;
		select.dispatchEvent(new Event("change"));
	};
	const count = el("p", {class: "count", "aria-live": "polite"});
	const refresh = () => {
		const rows = filtered();

		count.textContent = rows.length === lab.run.results.length
			? plural(rows.length, "scenario")
			: `${rows.length} of ${lab.run.results.length}`;
		page.list.show(rows, page.current);
	};

	document.getElementById("top").append(...topView(refresh));
	document.getElementById("side").append(filterView(refresh), count,
					       page.list.root);
	addEventListener("hashchange", route);
	addEventListener("keydown", key);
	addEventListener("scroll", cardFollows, true);
	refresh();
	route();
	/* a report of one scenario is about that one */
	if (lab.run.results.length === 1 && !location.hash)
		location.replace("#0");
	document.body.dataset.ready = "yes";
}

start();
