/*
 * vec.h - arrays that grow
 */
#pragma once

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/**
 * VEC - declare a growing array: "VEC(struct host) hosts;"
 *
 * Start with {0}. Elements live in .v[0 .. .n-1]; pushing may move them, so
 * keep indices, not pointers. Release with vec_done().
 */
#define VEC(T)              \
	struct {            \
		T *v;       \
		size_t n;   \
		size_t cap; \
	}

/** vec_push - append one element by value */
#define vec_push(vec, ...)                                            \
	do {                                                          \
		if ((vec)->n == (vec)->cap) {                         \
			(vec)->cap = (vec)->cap ? 2 * (vec)->cap : 8; \
			(vec)->v = mem_resize((vec)->v, (vec)->cap,   \
					      sizeof(*(vec)->v));     \
		}                                                     \
		(vec)->v[(vec)->n++] = (__VA_ARGS__);                 \
	} while (0)

/** vec_grow - append one zeroed element; evaluates to a pointer to it */
#define vec_grow(vec)                                                 \
	__extension__({                                               \
		if ((vec)->n == (vec)->cap) {                         \
			(vec)->cap = (vec)->cap ? 2 * (vec)->cap : 8; \
			(vec)->v = mem_resize((vec)->v, (vec)->cap,   \
					      sizeof(*(vec)->v));     \
		}                                                     \
		memset(&(vec)->v[(vec)->n], 0, sizeof(*(vec)->v));    \
		&(vec)->v[(vec)->n++];                                \
	})

/** vec_foreach - "vec_foreach(&hosts, h) use(h);" with h a pointer; the
 * type of *v and not of v, which in a const array is a const pointer */
/* NOLINTBEGIN(bugprone-macro-parentheses): the name of what is declared */
#define vec_foreach(vec, it)                       \
	for (__typeof__(*(vec)->v) *it = (vec)->v; \
	     (vec)->n && it < (vec)->v + (vec)->n; it++)
/* NOLINTEND(bugprone-macro-parentheses) */

/** vec_done - release the array (not what its elements own) */
#define vec_done(vec)            \
	do {                     \
		free((vec)->v);  \
		(vec)->v = NULL; \
		(vec)->n = 0;    \
		(vec)->cap = 0;  \
	} while (0)
