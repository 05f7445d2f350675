/*
 * column.h - the kernels of a run, each a column of its table
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"
#include "guest/kernel.h"
#include "run/folder.h"

struct err;

/**
 * struct column - one of the kernels that a run is on
 * @name: as it was asked for: "host", "uml:6.12"; borrowed
 * @host: it is the machine's own, and @kernel is {0}
 * @kernel: what guests boot
 * @label: its folder's name: "host", "uml-6.12.117", "6.1.0-44-cloud-amd64",
 *	with "-2" behind if there are two such; owned
 */
struct column {
	const char *name;
	bool host;
	struct kernel kernel;
	char *label;
};

/** struct columns - all of them, in the order asked for */
struct columns {
	VEC(struct column) all;
};

/**
 * columns_find - find all kernels of a run
 * @names: @n of them; "host" is the machine's
 * @n: at least one
 * @columns: filled; release with columns_done() whatever is returned
 * @err: says which name is wrong, or what is missing
 *
 * All names are looked at before any tree is built: see kernels_find().
 *
 * Return: as kernels_find().
 */
int columns_find(const char *const *names, size_t n, struct columns *columns,
		 struct err *err);

/** columns_done - release them */
void columns_done(struct columns *columns);

/**
 * column_folder - make a kernel's folder in that of a run
 * @run: the run's
 * @columns: all of the run's
 * @i: which of them
 * @path: "results/.../uml-6.12.117"; caller frees; untouched on failure
 * @err: says what was refused
 *
 * A note in it, kernel.json, says of which column it is.
 *
 * Return: 0; -ENOSPC ...
 */
int column_folder(const char *run, const struct columns *columns, size_t i,
		  char **path, struct err *err);

/**
 * column_read - of which column are the results below a folder
 * @path: the folder
 * @label: owned by the caller; untouched unless there is a note
 * @place: where the column stands, from 0; likewise
 *
 * Return: is there a note: is it a folder that column_folder() made.
 */
bool column_read(const char *path, char **label, size_t *place);
