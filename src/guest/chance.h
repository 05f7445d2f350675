/*
 * chance.h - leave nothing in a guest to chance that a seed can decide
 */
#pragma once

#include <stdint.h>

struct err;

/**
 * chance_refuse - have the machine's random numbers denied to this process
 *
 * From here on, over execve(2), getrandom(2) fails with ENOSYS in this process
 * and its children (seccomp(2); sets no_new_privs). User-Mode Linux feeds its
 * own generator from there (arch/um/include/asm/archrandom.h), and what its
 * programs ask for, from that generator: they do not notice.
 *
 * Return: 0; -ENOSYS, -EINVAL where there is no seccomp.
 */
int chance_refuse(void);

/**
 * chance_seed - give this guest's kernel all the entropy that it will get
 * @seed: the run's, as text
 * @err: says what was refused
 *
 * Needs root in the guest; random(4), RNDADDENTROPY.
 *
 * Return: 0 or negative errno.
 */
int chance_seed(const char *seed, struct err *err);
