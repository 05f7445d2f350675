/*
 * run.h - start one scenario's lab, and let it run by itself
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "run/folder.h"
#include "run/progress.h"

struct err;
struct scenario;

/** RUN_JOURNAL - the journal's name in a scenario's folder */
#define RUN_JOURNAL "journal.jsonl"

/** RUN_CAPTURE - every frame of every host, likewise (observe/pcapng.h) */
#define RUN_CAPTURE "capture.pcapng"

/** RUN_MANIFEST - what it was run on, likewise */
#define RUN_MANIFEST "manifest.json"

/** enum run_status - exit status of a lab's runner; more in ns/init.h */
enum run_status {
	RUN_STATUS_COMPLETE, /* every step was taken and done */
	RUN_STATUS_STOPPED, /* a step did not do as told: see the journal */
	RUN_STATUS_UNBUILT, /* the lab could not be built: see the journal */
	RUN_STATUS_UNWRITTEN, /* nor the journal: progress->error tells why */
	RUN_STATUSES
};

/** enum run_source - what a lab is observed by */
enum run_source {
	RUN_SOURCE_SOCKETS,
	RUN_SOURCE_COUNTERS,
	RUN_SOURCE_SEGMENTS,
	RUN_SOURCE_TRACE,
	RUN_SOURCES
};

/** struct run_request - one scenario to run; all borrowed until the lab ends,
 * which needs no care: the lab has copies of its own */
struct run_request {
	const struct scenario *scenario;
	int dirfd; /* its results folder: folder_new_scenario() */
	unsigned int lab_id; /* 0 … 4095, unlike any other lab's alive */
	uint64_t seed;
	const char *command_line; /* for the manifest */
	struct owner owner; /* whom user programs run as */
	int exe_fd; /* our own binary, O_PATH */
	int owner_pidfd; /* ns_owner_open() */
	struct progress *progress; /* may be NULL */
	struct progress_line says; /* fd 0: nothing */
	char *instance; /* of the tracer: run_start() chooses */
	bool instance_made; /* a lab with this lab_id, of this process, has kept
			       it, and ended by itself */
	bool keep_instance; /* for another lab; then tracing_forget() */
	bool cpu_is_free; /* computing takes no time here: run/spin.h */
	/* of RUN_SOURCES that are left out, to measure what they cost: then
	 * nothing that was expected can be seen */
	bool blind[RUN_SOURCES];
};

/**
 * run_start - start a lab
 * @request: what to run
 * @err: says what was refused, and the remedy
 *
 * Forks, into new namespaces; see ns_init_start(). The lab writes journal and
 * manifest into its folder, and ends by itself, or with its owner. SIGTERM to
 * the process returned ends it early, leaving nothing.
 *
 * Return: the lab's first process, to be waited for: its exit status is an
 * enum run_status; negative errno.
 */
pid_t run_start(const struct run_request *request, struct err *err);
