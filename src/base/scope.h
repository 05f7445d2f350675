/*
 * scope.h - give every resource an owner that the compiler releases
 */
#pragma once

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/** SCOPED - release the variable with @fn(&variable) when its scope ends */
#define SCOPED(fn) __attribute__((cleanup(fn)))

/** SCOPED_FD - a descriptor, closed at scope end; initialise with -1 or open */
#define SCOPED_FD SCOPED(scope_close)

/** SCOPED_FREE - a heap block, freed at scope end */
#define SCOPED_FREE SCOPED(scope_free)

/** SCOPED_FILE - a stdio stream, closed at scope end */
#define SCOPED_FILE SCOPED(scope_fclose)

/** SCOPED_DIR - a directory stream, closed at scope end */
#define SCOPED_DIR SCOPED(scope_closedir)

/** PTR_STEAL - move a pointer out of its scoped variable, leaving NULL */
#define PTR_STEAL(p)                    \
	__extension__({                 \
		__auto_type ptr_ = (p); \
		(p) = NULL;             \
		ptr_;                   \
	})

/**
 * fd_steal - move a descriptor out of its scoped variable
 * @fd: the variable; left at -1
 *
 * Return: the descriptor, now owned by the caller.
 */
static inline int fd_steal(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

/**
 * fd_close - close a descriptor now, if there is one
 * @fd: the variable; left at -1. close(2)'s result is of no use here: Linux
 *	releases the descriptor whatever it returns.
 */
static inline void fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/** scope_close - SCOPED_FD's release; errno survives */
void scope_close(const int *fd);

/** scope_free - SCOPED_FREE's release; takes the variable's address */
void scope_free(void *variable);

/** scope_fclose - SCOPED_FILE's release */
void scope_fclose(FILE **file);

/** scope_closedir - SCOPED_DIR's release */
void scope_closedir(DIR **dir);
