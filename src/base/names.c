/*
 * names.c - tables of names, and the nearest known word
 */
#include "base/names.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

/** WORD_MAX - longer words are never typos of ours */
#define WORD_MAX 48

int names_find(const char *const *names, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (names[i] && strcmp(names[i], word) == 0)
			return (int)i;
	return -1;
}

static int min3(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

static int same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Damerau-Levenshtein, the restricted form: three rows of the matrix */
static int distance(const char *a, const char *b)
{
	int rows[3][WORD_MAX + 1];
	int la = (int)strlen(a);
	int lb = (int)strlen(b);

	if (la > WORD_MAX || lb > WORD_MAX)
		return INT_MAX;
	for (int j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (int i = 1; i <= la; i++) {
		int *cur = rows[i % 3];
		const int *up = rows[(i + 2) % 3];
		const int *up2 = rows[(i + 1) % 3];

		cur[0] = i;
		for (int j = 1; j <= lb; j++) {
			int cost = same(a[i - 1], b[j - 1]) ? 0 : 1;

			cur[j] = min3(up[j] + 1, cur[j - 1] + 1,
				      up[j - 1] + cost);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]) && up2[j - 2] + 1 < cur[j])
				cur[j] = up2[j - 2] + 1;
		}
	}
	return rows[la % 3][lb];
}

const char *names_nearest(const char *const *names, size_t n, const char *word)
{
	int len = (int)strlen(word);
	int limit = (len > 1) + (len > 3) + (len > 5);
	const char *best = NULL;

	for (size_t i = 0; i < n; i++) {
		int d = names[i] ? distance(word, names[i]) : INT_MAX;

		if (d <= limit) {
			best = names[i];
			limit = d - 1;
		}
	}
	return best;
}
