/*
 * confine.h - give up every privilege before a user's program runs
 */
#pragma once

struct err;
struct launch_env;

/**
 * confine_self - become the lab's user, without capabilities, for good
 * @env: who to become
 * @err: what was refused
 *
 * Changes this process only; for a child that is about to exec. Needs
 * CAP_SETPCAP, and CAP_SETUID and CAP_SETGID if @env names a user; a process
 * without CAP_SETPCAP that is not uid 0 keeps its bounding set, which
 * no_new_privs makes harmless.
 *
 * Return: 0 or -EPERM, -EINVAL (user not mapped, user_namespaces(7)).
 */
int confine_self(const struct launch_env *env, struct err *err);
