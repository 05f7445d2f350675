/*
 * column.c - the kernels of a run, each a column of its table
 */
#include "cmd/column.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "cmd/kernels.h"

/** NOTE - the file in a kernel's folder that says whose it is */
#define NOTE "kernel.json"

/** NOTE_MAX - a longer one is none of ours */
#define NOTE_MAX 4096

static bool is_taken(const struct columns *columns, const char *label)
{
	vec_foreach(&columns->all, c) {
		if (c->label && strcmp(c->label, label) == 0)
			return true;
	}
	return false;
}

/* one that no other has, and good for a folder */
static char *label_for(const struct columns *columns,
		       const struct column *column)
{
	SCOPED_FREE char *plain = NULL;
	char *label;

	if (column->host)
		plain = mem_strdup("host");
	else
		plain = mem_printf(
			"%s%s",
			column->kernel.kind == KERNEL_KIND_UML ? "uml-" : "",
			column->kernel.release);
	for (char *p = plain; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+",
			    *p) ||
		    (p == plain && *p == '.'))
			*p = '-';
	label = mem_strdup(plain);
	for (int i = 2; is_taken(columns, label); i++) {
		free(label);
		label = mem_printf("%s-%d", plain, i);
	}
	return label;
}

int columns_find(const char *const *names, size_t n, struct columns *columns,
		 struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		struct column column = {
			.name = names[i],
			.host = strcmp(names[i], "host") == 0,
		};

		if (!column.host)
			rc = kernel_find(names[i], &column.kernel, err);
		if (rc < 0 && rc != -ESTALE)
			return rc;
		vec_push(&columns->all, column);
	}
	vec_foreach(&columns->all, c) {
		if (!c->host && !c->kernel.path) {
			if (err)
				*err = (struct err){0};
			rc = kernels_find(c->name, &c->kernel, err);
			if (rc < 0)
				return rc;
		}
		c->label = label_for(columns, c);
	}
	return 0;
}

void columns_done(struct columns *columns)
{
	vec_foreach(&columns->all, c) {
		kernel_done(&c->kernel);
		free(c->label);
	}
	vec_done(&columns->all);
}

int column_folder(const char *run, const struct columns *columns, size_t i,
		  char **path, struct err *err)
{
	const struct column *column = &columns->all.v[i];
	SCOPED_FREE char *folder = mem_printf("%s/%s", run, column->label);
	SCOPED_FREE char *note = mem_printf("%s/" NOTE, folder);
	SCOPED_FREE char *text = NULL;
	json_t *json;
	int rc;

	if (mkdir(folder, 0755) < 0)
		return err_sys(err, -errno, "%s", folder);
	json = json_pack("{s:i, s:s, s:s, s:I}", "kernel", 1, "label",
			 column->label, "name", column->name, "column",
			 (json_int_t)i);
	if (!json) /* the label is ASCII, a path need not be UTF-8 */
		json = json_pack("{s:i, s:s, s:I}", "kernel", 1, "label",
				 column->label, "column", (json_int_t)i);
	text = json_dumps(json, JSON_INDENT(2));
	json_decref(json);
	rc = file_write(AT_FDCWD, note, text, strlen(text), err);
	if (rc == 0)
		*path = PTR_STEAL(folder);
	return rc;
}

bool column_read(const char *path, char **label, size_t *place)
{
	SCOPED_FREE char *note = mem_printf("%s/" NOTE, path);
	SCOPED_FREE char *text = NULL;
	const char *found;
	struct stat st;
	json_int_t at;
	json_t *json;
	size_t len;
	bool ok;

	/* whoever owns the folder may have put a FIFO there */
	if (lstat(note, &st) < 0 || !S_ISREG(st.st_mode) ||
	    file_read(AT_FDCWD, note, NOTE_MAX, &text, &len, NULL) < 0)
		return false;
	json = json_loadb(text, len, 0, NULL);
	found = json_string_value(json_object_get(json, "label"));
	at = json_integer_value(json_object_get(json, "column"));
	ok = found && *found && at >= 0;
	if (ok) {
		*label = mem_strdup(found);
		*place = (size_t)at;
	}
	json_decref(json);
	return ok;
}
