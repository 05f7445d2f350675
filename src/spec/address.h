/*
 * address.h - addresses as a scenario writes them: "server:7788"
 */
#pragma once

#include <stdbool.h>

struct act_addr;
struct node;
struct reader;

/**
 * address_read - read "7788", "*:80", "server:80", "10.0.0.1:80", "[::]:80"
 * @r: where errors go
 * @node: a scalar
 * @addr: written; its host is owned by the caller; untouched on failure
 *
 * Whether the host exists is for the caller to see.
 *
 * Return: true if it was one.
 */
bool address_read(const struct reader *r, const struct node *node,
		  struct act_addr *addr);
