/*
 * outcome_find.c - the scenarios' folders below a folder, read back and judged
 */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/vec.h"
#include "cmd/column.h"
#include "cmd/outcome.h"
#include "run/run.h"

/** MANIFEST_MAX - a longer one is none of ours */
#define MANIFEST_MAX (1 << 20)

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* "results/…/client-first.3": the third of several repetitions */
static int repeat_of(const struct outcome *outcome)
{
	const char *dot = strrchr(outcome->folder, '.');
	long repeat = dot ? strtol(dot + 1, NULL, 10) : 0;

	return repeat > 0 && repeat < INT_MAX && !strchr(dot, '/') ? (int)repeat
								   : 1;
}

static void set_repeats(struct outcomes *outcomes)
{
	vec_foreach(outcomes, o) {
		o->result.repeats = 0;
		o->result.repeat = repeat_of(o);
		vec_foreach(outcomes, other) {
			if (report_alike(&o->result, &other->result))
				o->result.repeats++;
		}
	}
}

/* "results/.../uml-6.12.117" of ".../uml-6.12.117/close/client-first.2" */
static char *above(const struct outcome *outcome)
{
	SCOPED_FREE char *once = mem_printf("/%s", outcome->name);
	SCOPED_FREE char *nth =
		mem_printf("/%s.%d", outcome->name, repeat_of(outcome));
	const char *const tails[] = {once, nth};
	size_t len = strlen(outcome->folder);

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(tails[i]);

		if (len > n && strcmp(outcome->folder + len - n, tails[i]) == 0)
			return mem_strndup(outcome->folder, len - n);
	}
	return NULL;
}

/* where the results of a scenario stand: told by a note above them, if the run
 * was on several kernels. The column is a place for now */
static void read_column(struct outcome *outcome)
{
	SCOPED_FREE char *folder = above(outcome);

	outcome->result.column = SIZE_MAX;
	if (folder &&
	    column_read(folder, &outcome->label, &outcome->result.column))
		outcome->result.label = outcome->label;
}

static size_t column_of(struct outcomes *outcomes, const char *label)
{
	struct report_kernel kernel = {.label = label};

	for (size_t i = 0; i < outcomes->kernels.n; i++)
		if (strcmp(outcomes->kernels.v[i].label, label) == 0)
			return i;
	vec_push(&outcomes->kernels, kernel);
	return outcomes->kernels.n - 1;
}

/* from places, of which some may be missing, to columns from 0 on */
static void set_columns(struct outcomes *outcomes)
{
	VEC(struct outcome *) by_place = {0};
	bool any = false;

	vec_foreach(outcomes, o) {
		size_t i = by_place.n;

		vec_push(&by_place, o);
		for (; i > 0 &&
		       by_place.v[i - 1]->result.column > o->result.column;
		     i--)
			by_place.v[i] = by_place.v[i - 1];
		by_place.v[i] = o;
		any = any || o->label;
	}
	vec_foreach(&by_place, o) {
		struct outcome *outcome = *o;

		/* beside those of several kernels some of one: named by it */
		if (any && !outcome->label) {
			outcome->label =
				mem_strdup(outcome->result.kernel ?: "unknown");
			outcome->result.label = outcome->label;
		}
		outcome->result.column =
			any ? column_of(outcomes, outcome->label) : 0;
	}
	vec_done(&by_place);
}

/* of what is broken the best name there is, which is the same in another run:
 * that of the manifest, else the place below the folder that was asked for */
static void name_broken(struct outcome *outcome, const char *folder)
{
	SCOPED_FREE char *path =
		mem_printf("%s/manifest.json", outcome->folder);
	SCOPED_FREE char *text = NULL;
	struct stat st;
	size_t n = strlen(folder);
	json_t *json = NULL;
	const char *name;

	/* what stands there may be a FIFO that a program has planted */
	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    file_read(AT_FDCWD, path, MANIFEST_MAX, &text, NULL, NULL) == 0)
		json = json_loads(text, 0, NULL);
	name = json_string_value(json_object_get(json, "scenario"));
	if (!name && strncmp(outcome->folder, folder, n) == 0)
		name = outcome->folder + n + strspn(outcome->folder + n, "/");
	if (name && *name) {
		free(outcome->name);
		outcome->name = mem_strdup(name);
		outcome->result.name = outcome->name;
	}
	json_decref(json);
}

static void add_outcome(struct outcomes *outcomes, FTSENT *entry,
			const char *folder)
{
	/* the folder, without the slash and the name */
	char *end =
		&entry->fts_path[entry->fts_pathlen - entry->fts_namelen - 1];
	struct outcome outcome = {0};

	*end = '\0';
	outcome_read(entry->fts_path, NULL, &outcome);
	if (strcmp(outcome.name, outcome.folder) == 0)
		name_broken(&outcome, folder);
	read_column(&outcome);
	*end = '/';
	vec_push(outcomes, outcome);
}

/* what is below a folder; nothing is not passed over in silence */
static int find_below(char *folder, struct outcomes *outcomes, struct err *err)
{
	char *roots[] = {folder, NULL};
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR,
			    by_name);
	size_t before = outcomes->n;
	FTSENT *entry;
	int rc = fts ? 0 : err_sys(err, -errno, "%s", folder);

	while (fts && (entry = fts_read(fts))) {
		bool is_file = entry->fts_info == FTS_F;

		/* unless it is what was asked for */
		if (entry->fts_info == FTS_D && entry->fts_level > 0 &&
		    folder_is_try(entry->fts_path))
			(void)fts_set(fts, entry, FTS_SKIP); /* always 0 */
		if (is_file && strcmp(entry->fts_name, RUN_JOURNAL) == 0)
			add_outcome(outcomes, entry, folder);
		if (rc == 0 &&
		    (entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS ||
		     entry->fts_info == FTS_ERR))
			rc = err_sys(err, -entry->fts_errno, "%s",
				     entry->fts_path);
	}
	if (fts)
		(void)fts_close(fts); /* read to its end */
	if (outcomes->n > before && rc < 0)
		log_warn("%s: what is there is left out", err->text);
	else if (rc == 0 && outcomes->n == before)
		return err_set(err, -ENOENT,
			       "%s: no " RUN_JOURNAL
			       " in it or below: not a results folder",
			       folder);
	return outcomes->n > before ? 0 : rc;
}

/* results/\* has the latest run twice: by its name and as "latest" */
static bool is_named_before(char *const *folders, size_t i)
{
	struct stat own, other;

	if (stat(folders[i], &own) < 0)
		return false; /* find_below() says why */
	while (i-- > 0)
		if (stat(folders[i], &other) == 0 &&
		    other.st_dev == own.st_dev && other.st_ino == own.st_ino)
			return true;
	return false;
}

int outcomes_find(char *const *folders, struct outcomes *outcomes,
		  struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && folders[i]; i++)
		if (!is_named_before(folders, i))
			rc = find_below(folders[i], outcomes, err);
	if (rc < 0)
		return rc;
	set_columns(outcomes);
	set_repeats(outcomes);
	return 0;
}
