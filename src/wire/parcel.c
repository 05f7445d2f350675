/*
 * parcel.c - frames on their way, in the order in which they are due
 */
#include "wire/parcel.h"

#include <stdlib.h>

#include "base/mem.h"

void parcels_done(struct parcels *parcels)
{
	vec_foreach(&parcels->heap, parcel)
		free(*parcel);
	vec_done(&parcels->heap);
	while (parcels->spare) {
		struct parcel *parcel = parcels->spare;

		parcels->spare = parcel->next;
		free(parcel);
	}
}

struct parcel *parcel_get(struct parcels *parcels)
{
	struct parcel *parcel = parcels->spare;

	if (!parcel)
		return mem_new(struct parcel, 1);
	parcels->spare = parcel->next;
	return parcel;
}

void parcel_put(struct parcels *parcels, struct parcel *parcel)
{
	parcel->next = parcels->spare;
	parcels->spare = parcel;
}

static bool before(const struct parcel *a, const struct parcel *b)
{
	return a->due_ns < b->due_ns ||
	       (a->due_ns == b->due_ns && a->order < b->order);
}

void parcels_push(struct parcels *parcels, struct parcel *parcel)
{
	size_t at = parcels->heap.n;
	struct parcel **v;

	parcel->order = ++parcels->last_order;
	vec_push(&parcels->heap, parcel);
	v = parcels->heap.v;
	while (at > 0 && before(parcel, v[(at - 1) / 2])) {
		v[at] = v[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	v[at] = parcel;
}

const struct parcel *parcels_first(const struct parcels *parcels)
{
	return parcels->heap.n ? parcels->heap.v[0] : NULL;
}

struct parcel *parcels_pop(struct parcels *parcels)
{
	struct parcel **v = parcels->heap.v;
	struct parcel *first = v[0];
	struct parcel *last = v[--parcels->heap.n];
	size_t n = parcels->heap.n;
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= n)
			break;
		if (child + 1 < n && before(v[child + 1], v[child]))
			child++;
		if (!before(v[child], last))
			break;
		v[at] = v[child];
		at = child;
	}
	if (n)
		v[at] = last;
	return first;
}
