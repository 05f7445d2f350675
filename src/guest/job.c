/*
 * job.c - what a guest is told to run, in a file that both sides read
 */
#include "guest/job.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"

/** JOB_MAX - bytes of a job's file; a thousand scenarios take a quarter */
#define JOB_MAX (1024 * 1024)

static json_t *to_json(const struct job *job)
{
	json_t *items = json_array();

	for (size_t i = 0; i < job->n_items; i++)
		(void)json_array_append_new(
			items,
			json_pack("{s:s, s:s}", "name", job->items[i].name,
				  "folder", job->items[i].folder));
	return json_pack("{s:s, s:s*, s:s, s:I, s:I, s:I, s:o}", "results",
			 job->results, "channel", job->channel, "command",
			 job->command_line, "seed", (json_int_t)job->seed,
			 "uid", (json_int_t)job->uid, "gid",
			 (json_int_t)job->gid, "items", items);
}

int job_save(const struct job *job, const char *path, struct err *err)
{
	json_t *json = to_json(job);
	SCOPED_FREE char *text = NULL;

	if (!json)
		return err_set(err, -EINVAL, "%s: a path is not UTF-8", path);
	text = json_dumps(json, JSON_INDENT(1));
	json_decref(json);
	return file_write(AT_FDCWD, path, text, strlen(text), err);
}

static int take_items(json_t *items, struct job *job)
{
	size_t n = json_array_size(items);

	job->items = mem_new(struct job_item, n);
	for (size_t i = 0; i < n; i++) {
		const char *name;
		const char *folder;

		if (json_unpack(json_array_get(items, i), "{s:s, s:s}", "name",
				&name, "folder", &folder) < 0)
			return -EBADMSG;
		job->items[i].name = mem_strdup(name);
		job->items[i].folder = mem_strdup(folder);
		job->n_items++;
	}
	return 0;
}

static int take(json_t *json, struct job *job)
{
	json_int_t seed;
	json_int_t uid;
	json_int_t gid;
	const char *results;
	const char *channel = NULL;
	const char *line;
	json_t *items;

	if (json_unpack(json, "{s:s, s?s, s:s, s:I, s:I, s:I, s:o}", "results",
			&results, "channel", &channel, "command", &line, "seed",
			&seed, "uid", &uid, "gid", &gid, "items", &items) < 0)
		return -EBADMSG;
	job->results = mem_strdup(results);
	job->channel = mem_strdup(channel);
	job->command_line = mem_strdup(line);
	job->seed = (uint64_t)seed;
	job->uid = (uid_t)uid;
	job->gid = (gid_t)gid;
	return take_items(items, job);
}

int job_load(const char *path, struct job *out, struct err *err)
{
	SCOPED_FREE char *text = NULL;
	struct job job = {0};
	json_t *json;
	int rc = file_read(AT_FDCWD, path, JOB_MAX, &text, NULL, err);

	if (rc < 0)
		return rc;
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	rc = json ? take(json, &job) : -EBADMSG;
	json_decref(json);
	if (rc < 0) {
		job_done(&job);
		return err_set(err, rc, "%s: not a guest's job", path);
	}
	*out = job;
	return 0;
}

void job_done(struct job *job)
{
	for (size_t i = 0; i < job->n_items; i++) {
		free(job->items[i].name);
		free(job->items[i].folder);
	}
	free(job->items);
	free(job->results);
	free(job->channel);
	free(job->command_line);
	*job = (struct job){0};
}
