/*
 * scale.js - moments to places, where long silences take little room
 */

/* Below this two moments are in one breath, beyond it silence is cut. */
const SILENCE_NS = 500e6;

/* From µs to minutes: each tenfold takes the same room more. */
function room(dt, cut)
{
	const breath = 5 * Math.log10(1 + dt / 1e3);

	return cut || dt < 1e6 ? breath : breath + 60 * Math.log2(dt / 1e6);
}

function isSilence(dt)
{
	return dt >= SILENCE_NS;
}

/* Places that rise with moments, in the order of the latter. */
function interpolate(moments, places, t)
{
	let lo = 0;
	let hi = moments.length - 1;

	if (hi < 0)
		return 0;
	if (t <= moments[0])
		return places[0];
	if (t >= moments[hi])
		return places[hi];
	while (hi - lo > 1) {
		const mid = (lo + hi) >> 1;

		if (moments[mid] <= t)
			lo = mid;
		else
			hi = mid;
	}
	const span = moments[hi] - moments[lo];
	const part = span > 0 ? (t - moments[lo]) / span : 0;

	return places[lo] + part * (places[hi] - places[lo]);
}

/* A line from 0 to @length with all @moments on it. */
function makeScale(moments, length)
{
	const sorted = [...new Set(moments)].sort((a, b) => a - b);
	const places = [0];
	const breaks = [];

	for (let i = 1; i < sorted.length; i++) {
		const dt = sorted[i] - sorted[i - 1];

		places.push(places[i - 1] + 2 + room(dt, true));
		if (isSilence(dt))
			breaks.push({from: i - 1, dt});
	}
	const factor = length / (places[places.length - 1] || 1);

	for (let i = 0; i < places.length; i++)
		places[i] *= factor;
	return {
		moments: sorted,
		places,
		breaks: breaks.map(b => ({
			dt: b.dt,
			at: (places[b.from] + places[b.from + 1]) / 2,
		})),
		at: t => interpolate(sorted, places, t),
	};
}
