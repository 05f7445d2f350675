/*
 * confine.c - give up every privilege before a user's program runs
 *
 * DOC: Theory of operation
 *
 * The order is forced. Securebits and the bounding set need CAP_SETPCAP,
 * supplementary groups and ids need CAP_SETGID and CAP_SETUID, and leaving
 * uid 0 clears all of them (capabilities(7), "Effect of user ID changes").
 * So: what exec may give back first, then who we are, then the sets.
 */
#include "agent/confine.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agent/launch.h"
#include "base/err.h"

/* uid 0 means nothing any more, and none of it can be turned back */
#define NO_ROOT                                                          \
	(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | \
	 SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |       \
	 SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

static bool can_setpcap(void)
{
	return capng_get_caps_process() == 0 &&
	       capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
}

static int drop_bounding(struct err *err)
{
	if (!can_setpcap()) {
		if (geteuid() != 0)
			return 0;
		return err_set(err, -EPERM,
			       "uid 0 without CAP_SETPCAP cannot be confined");
	}
	capng_clear(CAPNG_SELECT_ALL);
	if (capng_apply(CAPNG_SELECT_BOUNDS) < 0)
		return err_set(err, -EPERM,
			       "cannot empty the capability bounding set");
	return 0;
}

static int stay_root(struct err *err)
{
	if (geteuid() == 0 && prctl(PR_SET_SECUREBITS, NO_ROOT, 0, 0, 0) < 0)
		return err_sys(err, -errno, "cannot set securebits");
	return 0;
}

static int change_user(const struct launch_env *env, struct err *err)
{
	if (env->may_setgroups && setgroups(0, NULL) < 0)
		return err_sys(err, -errno, "cannot drop groups");
	if (setresgid(env->gid, env->gid, env->gid) < 0)
		return err_sys(err, -errno, "cannot become group %u",
			       (unsigned int)env->gid);
	if (setresuid(env->uid, env->uid, env->uid) < 0)
		return err_sys(err, -errno, "cannot become user %u",
			       (unsigned int)env->uid);
	return 0;
}

void confine_environ(const struct launch_env *env)
{
	const struct passwd *user;

	if (env->uid == (uid_t)-1)
		return;
	user = getpwuid(env->uid);
	/* setenv() fails for want of memory only: then exec does as well */
	(void)setenv("HOME", user ? user->pw_dir : "/", 1);
	if (user) {
		(void)setenv("USER", user->pw_name, 1);
		(void)setenv("LOGNAME", user->pw_name, 1);
	} else {
		(void)unsetenv("USER"); /* root's is no better than none */
		(void)unsetenv("LOGNAME");
	}
}

int confine_self(const struct launch_env *env, struct err *err)
{
	bool stays = env->uid == (uid_t)-1;
	int rc;

	rc = drop_bounding(err);
	/* securebits need CAP_SETPCAP too, which the sets still hold */
	if (!rc)
		rc = stays ? stay_root(err) : change_user(env, err);
	if (rc)
		return rc;
	capng_clear(CAPNG_SELECT_ALL);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0 ||
	    capng_apply(CAPNG_SELECT_AMBIENT) < 0)
		return err_set(err, -EPERM, "cannot drop capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(err, -errno, "cannot set no_new_privs");
	return 0;
}
