/*
 * at_once.h - make many waits one
 */
#pragma once

#include <stddef.h>

/** struct at_once - calls under way */
struct at_once;

/**
 * at_once_begin - begin one call for each item
 * @work: gets an item; called from threads, or from here on one CPU, where
 *	waits for all CPUs take no time (kernel/rcu/tree.c, synchronize_rcu)
 * @items: @n of them; the array is borrowed until at_once_end()
 * @n: how many
 *
 * Return: at_once_end().
 */
struct at_once *at_once_begin(void (*work)(void *item), void **items, size_t n);

/** at_once_end - wait until all calls are over, and release; NULL is fine */
void at_once_end(struct at_once *calls);
