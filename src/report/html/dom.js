/*
 * dom.js - elements made in one expression
 */
const SVG = "http://www.w3.org/2000/svg";

/* What would turn the rest of a line around, or is not to be seen at all, is
 * shown for what it is: "\u202e". */
function plain(text)
{
	return String(text).replace(
		/[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
		c => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

function fill(element, attributes, children)
{
	for (const [key, value] of Object.entries(attributes || {})) {
		if (value === null || value === undefined || value === false)
			continue;
		if (key.startsWith("on"))
			element.addEventListener(key.slice(2), value);
		else
			element.setAttribute(key, value === true ? "" :
				/^(aria-label|title)$/.test(key) ? plain(value)
								 : value);
	}
	for (const child of children.flat(Infinity))
		if (child !== null && child !== undefined && child !== false)
			element.append(child instanceof Node ? child
							     : plain(child));
	return element;
}

/* Texts go in as text nodes: nothing that a program printed is markup. */
function el(tag, attributes, ...children)
{
	return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children)
{
	return fill(document.createElementNS(SVG, tag), attributes, children);
}

/* A definition list of those pairs that have a value. */
function facts(pairs)
{
	return el("dl", {class: "facts"},
		  pairs.filter(([, v]) => v !== null && v !== undefined &&
					  v !== "")
			  .map(([k, v]) => el("div", {}, el("dt", {}, k),
					      el("dd", {}, v))));
}

function calm()
{
	return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/* Enter and Space do what a click does, on what is no button. */
function press(action)
{
	return {
		onclick: action,
		onkeydown: event => {
			if (event.key !== "Enter" && event.key !== " ")
				return;
			event.preventDefault();
			action(event);
		},
	};
}
