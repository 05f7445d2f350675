/*
 * diff_align.c - two sequences of words laid beside one another
 */
#include "report/diff_align.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/vec.h"

/** TABLE_MAX - cells, of four bytes: 4,000 words against as many */
#define TABLE_MAX 16000000

/**
 * struct middle - what is left without the like begin and end
 * @a, @b: words
 * @n, @m: their numbers
 * @table: @n + 1 rows of @m + 1: length of the longest common subsequence of
 *	what begins there; NULL: too long
 */
struct middle {
	const char *const *a;
	const char *const *b;
	size_t n;
	size_t m;
	uint32_t *table;
};

static bool same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static uint32_t at(const struct middle *mid, size_t i, size_t j)
{
	return mid->table[i * (mid->m + 1) + j];
}

static void fill(struct middle *mid)
{
	if ((mid->n + 1) * (mid->m + 1) > TABLE_MAX)
		return;
	mid->table = mem_new(uint32_t, (mid->n + 1) * (mid->m + 1));
	for (size_t i = mid->n; i-- > 0;)
		for (size_t j = mid->m; j-- > 0;) {
			uint32_t down = at(mid, i + 1, j);
			uint32_t right = at(mid, i, j + 1);

			mid->table[i * (mid->m + 1) + j] =
				same(mid->a[i], mid->b[j])
					? at(mid, i + 1, j + 1) + 1
				: down > right ? down
					       : right;
		}
}

static bool take_a(const struct middle *mid, size_t i, size_t j)
{
	if (i == mid->n)
		return false;
	if (j == mid->m || !mid->table)
		return true;
	return at(mid, i + 1, j) >= at(mid, i, j + 1);
}

struct diff_pair *diff_align(const char *const *a, size_t n_a,
			     const char *const *b, size_t n_b, size_t *n)
{
	VEC(struct diff_pair) pairs = {0};
	struct middle mid = {0};
	size_t head = 0;
	size_t tail = 0;

	while (head < n_a && head < n_b && same(a[head], b[head]))
		head++;
	while (tail < n_a - head && tail < n_b - head &&
	       same(a[n_a - tail - 1], b[n_b - tail - 1]))
		tail++;
	for (size_t i = 0; i < head; i++)
		vec_push(&pairs, (struct diff_pair){i, i});
	mid.a = a + head;
	mid.b = b + head;
	mid.n = n_a - head - tail;
	mid.m = n_b - head - tail;
	fill(&mid);
	for (size_t i = 0, j = 0; i < mid.n || j < mid.m;) {
		struct diff_pair pair = {DIFF_NONE, DIFF_NONE};
		bool like = i < mid.n && j < mid.m && same(mid.a[i], mid.b[j]);

		if (like || take_a(&mid, i, j))
			pair.a = head + i++;
		if (like || pair.a == DIFF_NONE)
			pair.b = head + j++;
		vec_push(&pairs, pair);
	}
	for (size_t i = tail; i > 0; i--)
		vec_push(&pairs, (struct diff_pair){n_a - i, n_b - i});
	free(mid.table);
	*n = pairs.n;
	return pairs.v;
}
