/*
 * confine.h - give up every privilege before a user's program runs
 */
#pragma once

struct err;
struct launch_env;

/**
 * confine_environ - HOME, USER and LOGNAME of the lab's user (environ(7))
 * @env: who that is; nothing is changed for nobody
 *
 * A user whom passwd(5) does not know has "/" for a HOME, and no name.
 */
void confine_environ(const struct launch_env *env);

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
