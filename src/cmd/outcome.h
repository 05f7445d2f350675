/*
 * outcome.h - one scenario's folder, read back and judged
 */
#pragma once

#include "base/vec.h"
#include "report/report.h"
#include "run/folder.h"

struct err;

/**
 * struct outcome - a scenario, its journal and its judgement
 * @result: what reports are made of; borrows from the rest
 * @scenario: owned unless @scenario_borrowed
 * @journal: owned; NULL if it could not be loaded
 * @judgement: owned; NULL without a journal
 * @name: owned
 * @folder: owned
 * @label: of the kernel, read from a folder; owned; or NULL
 * @error: owned; why there is no judgement
 * @remedy: owned; what to do about it
 * @unsaved: owned; why verdict.json could not be written; NULL
 * @unsaved_remedy: owned; what to do about that
 * @scenario_borrowed: the scenario belongs to somebody else
 */
struct outcome {
	struct report_result result;
	struct scenario *scenario;
	struct journal *journal;
	struct judgement *judgement;
	char *name;
	char *folder;
	char *label;
	char *error;
	char *remedy;
	char *unsaved;
	char *unsaved_remedy;
	bool scenario_borrowed;
};

/**
 * outcome_read - load a scenario's folder and judge it
 * @folder: results/…/close/client-first
 * @scenario: as it was run; borrowed; NULL: the folder's own copy is read
 * @outcome: filled; release with outcome_done(). What could not be read is an
 *	@error in it, and its verdict ERROR
 */
void outcome_read(const char *folder, const struct scenario *scenario,
		  struct outcome *outcome);

/** outcome_fail - there is nothing to judge: say why */
void outcome_fail(struct outcome *outcome, const char *name,
		  const struct err *err);

/**
 * outcome_broken - the journal is not whole, and this is why
 * @outcome: as read; an error that it has already stays
 * @err: why
 */
void outcome_broken(struct outcome *outcome, const struct err *err);

/**
 * outcome_save - write verdict.json into the outcome's folder
 * @outcome: as read
 * @owner: whose the file will be
 * @err: says which folder and why, and the remedy
 *
 * Return: 0, also without a folder; -ENOSPC, -EACCES …
 */
int outcome_save(const struct outcome *outcome, const struct owner *owner,
		 struct err *err);

/** outcome_unsaved - remember why outcome_save() failed */
void outcome_unsaved(struct outcome *outcome, const struct err *err);

/** outcome_done - release it */
void outcome_done(struct outcome *outcome);

/**
 * struct outcomes - those of a whole run
 * @v: those that ended
 * @n: how many
 * @cap: how many there is room for
 * @not_run: those that were to be run, but never ended: --fail-fast, a signal;
 *	borrows from the scenarios
 * @kernels: if there are several; labels are borrowed
 */
struct outcomes {
	struct outcome *v;
	size_t n;
	size_t cap;
	VEC(struct report_result) not_run;
	VEC(struct report_kernel) kernels;
};

/**
 * outcomes_find - read every scenario's folder at or below the given ones
 * @folders: NULL-terminated: a run's folder, or a scenario's, or any above
 * @outcomes: added to
 * @err: says which folder holds none, or cannot be read
 *
 * One that is named twice, or by a link, counts once; what earlier tries have
 * left (folder_is_try()) does not. What of it cannot be read is left out, and a
 * warning says so; what is damaged is an outcome with an error.
 *
 * Return: 0; -ENOENT, -EACCES ...
 */
int outcomes_find(char *const *folders, struct outcomes *outcomes,
		  struct err *err);

/**
 * outcomes_run - make of them what reports are written from
 * @outcomes: borrowed; the releases of their kernels are filled in
 * @folder: the run's
 * @run: filled with what the journals tell; @run->results is to be freed
 */
void outcomes_run(struct outcomes *outcomes, const char *folder,
		  struct report_run *run);

/**
 * outcomes_unsaved - print which verdicts could not be written
 * @outcomes: those of a run
 * @status: outcome_exit_code()'s
 *
 * Return: @status if all were; else EXIT_CODE_ENVIRONMENT, unless a FAIL,
 * which is what the user asked about, says more.
 */
int outcomes_unsaved(const struct outcomes *outcomes, int status);

/** outcomes_done - release them */
void outcomes_done(struct outcomes *outcomes);

/** outcome_exit_code - an exit status for a run's worst verdict */
int outcome_exit_code(const struct report_run *run);
