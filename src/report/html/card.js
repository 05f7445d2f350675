/*
 * card.js - what is known of the thing under the pointer or the focus
 */
const card = {element: document.getElementById("card"), of: null};

function placeCard()
{
	const box = card.of.getBoundingClientRect();
	const size = card.element.getBoundingClientRect();
	let left = box.left + Math.min(box.width, 240) / 2 + 14;
	let top = box.bottom + 8;

	if (left + size.width > innerWidth - 8)
		left = innerWidth - size.width - 8;
	if (top + size.height > innerHeight - 8)
		top = box.top - size.height - 8;
	card.element.style.left = `${Math.max(8, left)}px`;
	card.element.style.top = `${Math.max(8, top)}px`;
}

function showCard(target, content)
{
	card.of = target;
	card.element.replaceChildren(content());
	card.element.hidden = false;
	placeCard();
}

/* The focus scrolls what it goes to into sight: the card goes with it. */
function cardFollows()
{
	if (card.of && card.of.isConnected)
		placeCard();
	else
		hideCard();
}

function hideCard()
{
	card.element.hidden = true;
	card.of = null;
}

/* Attributes for an element that tells more when looked at. */
function telling(label, content)
{
	const show = event => showCard(event.currentTarget, content);
	const hide = event => card.of === event.currentTarget && hideCard();

	return {
		tabindex: "0",
		role: "img",
		"aria-label": label,
		onmouseenter: show,
		onfocus: show,
		onmouseleave: hide,
		onblur: hide,
	};
}

function segmentCard(scenario, segment)
{
	const fault = scenario.events[segment.fault];

	return el("div", {}, el("h4", {}, segmentText(segment)), facts([
		["from", `${segment.fromHost || "?"} ${segment.from}`],
		["to", `${segment.toHost || "?"} ${segment.to}`],
		["sent", segment.forged ? "by nobody: injected, or a copy"
					: moment(segment.t)],
		["arrived", segment.fate === 1
				    ? moment(segment.forged ? segment.t
							    : segment.arrived)
				    : FATES[segment.fate]],
		["took", segment.fate === 1 && !segment.forged
				 ? duration(segment.arrived - segment.t) : null],
		["flags", segment.flags],
		["role", segment.roles + (segment.again ? ", again" : "")],
		["seq", `${segment.relSeq} (${segment.seq})`],
		["ack", segment.flags.includes("ACK")
				? `${segment.relAck} (${segment.ack})` : null],
		["length", segment.len],
		["window", segment.window],
		["options", segment.options],
		["fault", fault ? faultText(fault) : null],
		["frame", segment.frame || null],
		["events", [segment.n, segment.arrivedN].filter(Boolean)
				   .map(n => `#${n}`).join(" ")],
	]));
}

function stateCard(scenario, end, state)
{
	const cause = scenario.byNumber.get(state.cause) ||
		      scenario.events[state.cause];
	const shown = {
		dump: "sock_diag, since the dump before",
		trace: "the kernel's tracepoint, to the microsecond",
		segment: "implied by a segment",
		call: "implied by a system call",
		implied: "implied: there is no way round it",
	};

	return el("div", {}, el("h4", {}, `${endName(end)} ${state.state}`),
		  facts([
			  ["entered", moment(state.from)],
			  ["not yet at", state.source === "dump"
						 ? moment(state.lo) : null],
			  ["left", state.until >= 0 ? moment(state.until)
						    : "not seen"],
			  ["lasted", state.until >= 0
					     ? duration(state.until - state.from)
					     : null],
			  ["shown by", shown[state.source] || state.source],
			  ["kind", state.mini ? "request or minisocket" : null],
			  ["because of", cause ? cause.kind ? eventText(cause)
							    : segmentText(cause)
					       : null],
			  ["restarted", state.restarts.map(moment).join(", ")],
			  ["event", state.n ? `#${state.n}` : null],
		  ]));
}

function eventCard(event)
{
	return el("div", {}, el("h4", {}, eventText(event)),
		  facts(Object.entries(event)
				.filter(([key]) => !["kind", "text"].includes(key))
				.map(([key, value]) => [
					key,
					key === "t" || key.endsWith("began_ns")
						? moment(value)
						: key.endsWith("_ns")
							  ? duration(value)
							  : String(value),
				])));
}
